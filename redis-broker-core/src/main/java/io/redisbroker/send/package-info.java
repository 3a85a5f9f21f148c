/**
 * The sending API.
 */
@NullMarked
package io.redisbroker.send;

import org.jspecify.annotations.NullMarked;
