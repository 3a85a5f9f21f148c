/**
 * Checks Redis and the rights of its user before messages are entrusted to it.
 *
 * <p>
 * Not API.
 */
@NullMarked
package io.redisbroker.engine.preflight;

import org.jspecify.annotations.NullMarked;
