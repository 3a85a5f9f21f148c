/**
 * The one place that knows how a message is written into a queue, a stream or a channel.
 *
 * <p>
 * Not API.
 */
@NullMarked
package io.redisbroker.engine.write;

import org.jspecify.annotations.NullMarked;
