package io.redisbroker.retry;

import java.time.Duration;

import io.redisbroker.message.Delivery;

/**
 * Decides what happens to a message whose listener failed. Thread-safe.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface FailurePolicy {

	/**
	 * Decides about one failure.
	 * @param delivery what was delivered, with its delivery count
	 * @param failure what the listener threw
	 * @return what to do
	 */
	Decision decide(Delivery delivery, Throwable failure);

	/**
	 * Delivers again, with growing pauses, until the message was delivered
	 * {@code maxDeliveries} times.
	 * @param maxDeliveries how often a message is delivered at most, from 1
	 * @param backoff the pauses
	 * @return the policy
	 */
	static FailurePolicy upTo(long maxDeliveries, Backoff backoff) {
		return (delivery, failure) -> (delivery.deliveryCount() < maxDeliveries)
				? new Retry(backoff.delay(delivery.deliveryCount())) : new GiveUp();
	}

	/** What to do with a failed message. */
	sealed interface Decision {

	}

	/**
	 * Deliver it again.
	 *
	 * @param after how long to wait before
	 */
	record Retry(Duration after) implements Decision {
	}

	/** Move it to the dead letters. */
	record GiveUp() implements Decision {
	}

}
