package io.redisbroker.admin;

import java.time.Instant;

import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * A message of a queue that is not delivered before its time: it was sent with a delay,
 * waits for a retry, was handed back by a consumer, or was redriven. Immutable, as long
 * as the arrays of the content are not written to.
 *
 * @param id the id of the message
 * @param due when it is due by Redis' clock
 * @param deliveries how often it was delivered; 0 for a message that was sent with a
 * delay, or redriven
 * @param failures how often a listener failed on it
 * @param content payload and headers; {@code null} if they were deleted by hand
 * @since 0.1.0
 */
public record DelayedMessage(String id, Instant due, long deliveries, long failures,
		Delivery.@Nullable Content content) {

	/**
	 * Tells a redelivery from a message that was sent with a delay, or redriven.
	 * @return whether it was delivered since it was sent or redriven
	 */
	public boolean isRedelivery() {
		return this.deliveries > 0;
	}

}
