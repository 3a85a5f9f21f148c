package io.redisbroker.admin;

import java.time.Instant;

import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * A message of a queue that a consumer holds. Immutable, as long as the arrays of the
 * content are not written to.
 *
 * @param id the id of the message
 * @param owner the consumer, {@code instance:listener} and a suffix
 * @param until when the lease ends by Redis' clock, unless it is renewed; other consumers
 * reclaim the message then
 * @param deliveries how often it was delivered, this time included
 * @param failures how often a listener failed on it
 * @param content payload and headers; {@code null} if they were deleted by hand
 * @since 0.1.0
 */
public record LeasedMessage(String id, String owner, Instant until, long deliveries, long failures,
		Delivery.@Nullable Content content) {
}
