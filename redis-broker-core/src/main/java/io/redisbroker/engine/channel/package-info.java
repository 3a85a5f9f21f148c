/**
 * The channel transport: pub/sub, patterns and sharded pub/sub.
 *
 * <p>
 * Not API.
 */
@NullMarked
package io.redisbroker.engine.channel;

import org.jspecify.annotations.NullMarked;
