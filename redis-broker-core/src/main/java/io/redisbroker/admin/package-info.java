/**
 * Look inside and mend: dead letters, backlog, consumers.
 */
@NullMarked
package io.redisbroker.admin;

import org.jspecify.annotations.NullMarked;
