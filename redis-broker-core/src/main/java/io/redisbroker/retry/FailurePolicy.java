package io.redisbroker.retry;

import java.time.Duration;

import io.redisbroker.message.Delivery;
import io.redisbroker.retry.ExceptionRules.Treatment;
import org.springframework.util.Assert;

/**
 * Decides whether a message is retried, becomes a dead letter or is dropped after its
 * listener failed. Thread-safe.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface FailurePolicy {

	/**
	 * Decides about one failure.
	 * @param delivery the delivery, with its numbers of deliveries and earlier failures
	 * @param failure the exception that the listener threw
	 * @return the decision
	 */
	Decision decide(Delivery delivery, Throwable failure);

	/**
	 * Creates the policy of a listener's settings. It follows the rules for exceptions,
	 * and retries until the listener has failed {@code settings.maxAttempts()} times or
	 * the message was delivered {@code maxDeliveries} times; then it gives up. A
	 * {@link RetryAfterException} replaces the pause.
	 * @param settings the largest number of attempts, the pauses, and the rules for
	 * exceptions
	 * @param maxDeliveries the number of deliveries after which a message becomes a dead
	 * letter, with or without a failure
	 * @return the policy
	 */
	static FailurePolicy of(RetrySettings settings, long maxDeliveries) {
		return (delivery, failure) -> {
			Treatment treatment = settings.exceptions().of(failure);
			if (treatment == Treatment.DROP) {
				return new Drop();
			}
			if (treatment == Treatment.DEAD_LETTER) {
				return new GiveUp();
			}
			long attempt = delivery.failureCount() + 1;
			if (attempt >= settings.maxAttempts() || delivery.deliveryCount() >= maxDeliveries) {
				return new GiveUp();
			}
			RetryAfterException asked = Causes.find(failure, RetryAfterException.class);
			return new Retry((asked != null) ? asked.after() : settings.backoff().delay(attempt));
		};
	}

	/** The decision about a failed message. */
	sealed interface Decision {

	}

	/**
	 * Deliver it again.
	 *
	 * @param after the pause before the next delivery, by Redis' clock; not negative
	 */
	record Retry(Duration after) implements Decision {

		/**
		 * Checks the pause.
		 * @throws IllegalArgumentException when it is negative
		 */
		public Retry {
			Assert.isTrue(!after.isNegative(), "The pause before a retry must not be negative");
		}

	}

	/** Move it to the dead letters. */
	record GiveUp() implements Decision {
	}

	/** Acknowledge it, without a dead letter. */
	record Drop() implements Decision {
	}

}
