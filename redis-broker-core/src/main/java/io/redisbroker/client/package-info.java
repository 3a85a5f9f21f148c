/**
 * The only door to Redis: connections, commands, scripts, topology. No other package but
 * pubsub imports Lettuce.
 *
 * <p>
 * Not API.
 */
@NullMarked
package io.redisbroker.client;

import org.jspecify.annotations.NullMarked;
