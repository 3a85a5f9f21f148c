package io.redisbroker.retry;

import java.time.Duration;

import io.redisbroker.message.Delivery;
import io.redisbroker.retry.ExceptionRules.Treatment;
import org.springframework.util.Assert;

/**
 * Decides what happens to a message whose listener failed. Thread-safe.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface FailurePolicy {

	/**
	 * Decides about one failure.
	 * @param delivery what was delivered, with how often it was delivered and failed
	 * before
	 * @param failure what the listener threw
	 * @return what to do
	 */
	Decision decide(Delivery delivery, Throwable failure);

	/**
	 * Delivers again what is worth it, until the listener has failed
	 * {@code settings.maxAttempts()} times, or the message was delivered
	 * {@code maxDeliveries} times.
	 * @param settings how often, when, and after which exceptions
	 * @param maxDeliveries how often a message is delivered at most, whatever came of it
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

	/** What to do with a failed message. */
	sealed interface Decision {

	}

	/**
	 * Deliver it again.
	 *
	 * @param after how long to wait before, by Redis' clock
	 */
	record Retry(Duration after) implements Decision {

		/**
		 * Checks the duration.
		 * @throws IllegalArgumentException when it is negative
		 */
		public Retry {
			Assert.isTrue(!after.isNegative(), "Retry after a duration that is not negative");
		}

	}

	/** Move it to the dead letters. */
	record GiveUp() implements Decision {
	}

	/** Acknowledge it, and forget it. */
	record Drop() implements Decision {
	}

}
