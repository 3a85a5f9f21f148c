package io.redisbroker.retry;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Pauses. They grow: the first lasts {@code initial}, each further one is longer by
 * {@code multiplier}, none lasts longer than {@code max}. Or they are listed. Up to
 * {@code jitter} of a pause is taken off at random, so that many who failed together do
 * not return together. Immutable.
 *
 * @param initial the first pause
 * @param multiplier the growth, at least 1
 * @param max the longest pause
 * @param jitter the random part, from 0 to 1
 * @param delays the pauses, the last of which is repeated; empty for pauses that grow
 * @since 0.1.0
 */
public record Backoff(Duration initial, double multiplier, Duration max, double jitter, List<Duration> delays) {

	/** For reaching Redis again: 20 ms, doubling up to 1 s. */
	public static final Backoff RECONNECT = new Backoff(Duration.ofMillis(20), 2, Duration.ofSeconds(1), 0.2);

	/** For delivering a message again: 1 s, doubling up to 1 min. */
	public static final Backoff REDELIVERY = new Backoff(Duration.ofSeconds(1), 2, Duration.ofMinutes(1), 0.1);

	/** As good as for ever, and a date that can still be told in milliseconds. */
	private static final Duration LONGEST = Duration.ofDays(36_500);

	/**
	 * Checks the values.
	 * @throws IllegalArgumentException when a value makes no sense
	 */
	public Backoff {
		delays = List.copyOf(delays);
		if (delays.stream().anyMatch(Duration::isNegative)) {
			throw new IllegalArgumentException("Backoff: delays (" + delays + ") must not be negative");
		}
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
	 * Pauses that grow.
	 * @param initial the first pause
	 * @param multiplier the growth, at least 1
	 * @param max the longest pause
	 * @param jitter the random part, from 0 to 1
	 * @throws IllegalArgumentException when a value makes no sense
	 */
	public Backoff(Duration initial, double multiplier, Duration max, double jitter) {
		this(initial, multiplier, max, jitter, List.of());
	}

	/**
	 * Pauses that are listed, without jitter. One alone is a fixed pause.
	 * @param delays the pauses, at least one; the last is repeated
	 * @return the backoff
	 * @throws IllegalArgumentException when there is none, or one is negative
	 */
	public static Backoff of(Duration... delays) {
		if (delays.length == 0) {
			throw new IllegalArgumentException("Backoff: name at least one pause");
		}
		return REDELIVERY.withDelays(List.of(delays), 0);
	}

	/**
	 * Returns this backoff with listed pauses.
	 * @param delays the pauses, the last of which is repeated; empty for pauses that grow
	 * @param jitter the random part, from 0 to 1
	 * @return the backoff
	 */
	public Backoff withDelays(List<Duration> delays, double jitter) {
		return new Backoff(this.initial, this.multiplier, this.max, jitter, delays);
	}

	/**
	 * Returns a pause.
	 * @param attempt how many attempts have failed, from 1
	 * @return how long to wait before the next
	 */
	public Duration delay(long attempt) {
		double millis = this.delays.isEmpty() ? grown(attempt) : millis(listed(attempt));
		return Duration.ofMillis(Math.round(millis * (1 - this.jitter * ThreadLocalRandom.current().nextDouble())));
	}

	/**
	 * Returns how long a pause lasts.
	 * @param pause the pause
	 * @return milliseconds; 100 years for whatever is longer
	 */
	public static long millis(Duration pause) {
		return ((pause.compareTo(LONGEST) < 0) ? pause : LONGEST).toMillis();
	}

	private double grown(long attempt) {
		double grown = millis(this.initial) * Math.pow(this.multiplier, Math.max(0, attempt - 1));
		return Math.min(grown, millis(this.max));
	}

	private Duration listed(long attempt) {
		return this.delays.get((int) Math.max(0, Math.min(attempt, this.delays.size()) - 1));
	}

}
