package io.redisbroker.retry;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Growing pauses: the first lasts {@code initial}, each further one is longer by
 * {@code multiplier}, none lasts longer than {@code max}. Up to {@code jitter} of a pause
 * is taken off at random, so that many who failed together do not return together.
 * Immutable.
 *
 * @param initial the first pause
 * @param multiplier the growth, at least 1
 * @param max the longest pause
 * @param jitter the random part, from 0 to 1
 * @since 0.1.0
 */
public record Backoff(Duration initial, double multiplier, Duration max, double jitter) {

	/** For reaching Redis again: 20 ms, doubling up to 1 s. */
	public static final Backoff RECONNECT = new Backoff(Duration.ofMillis(20), 2, Duration.ofSeconds(1), 0.2);

	/** For delivering a message again: 1 s, doubling up to 1 min. */
	public static final Backoff REDELIVERY = new Backoff(Duration.ofSeconds(1), 2, Duration.ofMinutes(1), 0.1);

	/**
	 * Checks the values.
	 * @throws IllegalArgumentException when a value makes no sense
	 */
	public Backoff {
		if (initial.isNegative() || max.compareTo(initial) < 0) {
			throw new IllegalArgumentException(
					"Backoff: initial (" + initial + ") must be neither negative nor longer than max (" + max + ")");
		}
		if (!(multiplier >= 1) || !(jitter >= 0 && jitter <= 1)) {
			throw new IllegalArgumentException("Backoff: multiplier (" + multiplier
					+ ") must be at least 1, and jitter (" + jitter + ") from 0 to 1");
		}
	}

	/**
	 * Returns a pause.
	 * @param attempt how many attempts have failed, from 1
	 * @return how long to wait before the next
	 */
	public Duration delay(long attempt) {
		double grown = this.initial.toMillis() * Math.pow(this.multiplier, Math.max(0, attempt - 1));
		double millis = Math.min(grown, this.max.toMillis());
		return Duration.ofMillis(Math.round(millis * (1 - this.jitter * ThreadLocalRandom.current().nextDouble())));
	}

}
