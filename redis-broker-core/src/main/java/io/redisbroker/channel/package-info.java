/**
 * Listening to channels: pub/sub, patterns and sharded pub/sub.
 */
@NullMarked
package io.redisbroker.channel;

import org.jspecify.annotations.NullMarked;
