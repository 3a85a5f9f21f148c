/**
 * Reads and mends in Redis on behalf of the admin package: dead letters, backlog,
 * consumers.
 *
 * <p>
 * Not API.
 */
@NullMarked
package io.redisbroker.engine.admin;

import org.jspecify.annotations.NullMarked;
