/**
 * Access to Redis: connections, commands, scripts, topology. Only this package and
 * {@code pubsub} import Lettuce.
 *
 * <p>
 * Not API.
 */
@NullMarked
package io.redisbroker.client;

import org.jspecify.annotations.NullMarked;
