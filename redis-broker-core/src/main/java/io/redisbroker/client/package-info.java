/**
 * The only door to Redis: connections, commands, scripts. No other package imports
 * Lettuce.
 */
@NullMarked
package io.redisbroker.client;

import org.jspecify.annotations.NullMarked;
