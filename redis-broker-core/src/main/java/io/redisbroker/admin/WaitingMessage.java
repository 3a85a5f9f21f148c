package io.redisbroker.admin;

import io.redisbroker.message.Delivery;

/**
 * A message that waits in a queue for its first delivery. It has no id yet. Immutable, as
 * long as the arrays of the content are not written to.
 *
 * @param position how many messages are handled before it
 * @param content payload and headers
 * @since 0.1.0
 */
public record WaitingMessage(long position, Delivery.Content content) {
}
