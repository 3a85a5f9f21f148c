package io.redisbroker.retry;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The pauses between attempts. Either they grow: the first pause lasts {@code initial},
 * each further one is {@code multiplier} times as long, up to {@code max}. Or they are
 * listed in {@code delays}. Each pause is shortened at random by up to the part
 * {@code jitter}, so that attempts that failed together are not repeated together.
 * Immutable.
 *
 * @param initial the first pause
 * @param multiplier the factor from one pause to the next, at least 1
 * @param max the longest pause
 * @param jitter the largest part of a pause that is taken off at random, from 0 to 1
 * @param delays the listed pauses, the last of which is repeated; empty for pauses that
 * grow
 * @since 0.1.0
 */
public record Backoff(Duration initial, double multiplier, Duration max, double jitter, List<Duration> delays) {

	/** For reconnecting to Redis: 20 ms, doubled up to 1 s. */
	public static final Backoff RECONNECT = new Backoff(Duration.ofMillis(20), 2, Duration.ofSeconds(1), 0.2);

	/** For redelivering a message: 1 s, doubled up to 1 min. The default of listeners. */
	public static final Backoff REDELIVERY = new Backoff(Duration.ofSeconds(1), 2, Duration.ofMinutes(1), 0.1);

	/**
	 * Longer than any real pause, and a date that far ahead still fits in milliseconds.
	 */
	private static final Duration LONGEST = Duration.ofDays(36_500);

	/**
	 * Checks the values.
	 * @throws IllegalArgumentException when a pause is negative, {@code initial} is
	 * longer than {@code max}, {@code multiplier} is less than 1, or {@code jitter} is
	 * not from 0 to 1
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
	 * Creates a backoff with pauses that grow.
	 * @param initial the first pause
	 * @param multiplier the factor from one pause to the next, at least 1
	 * @param max the longest pause
	 * @param jitter the largest part of a pause that is taken off at random, from 0 to 1
	 * @throws IllegalArgumentException when a pause is negative, {@code initial} is
	 * longer than {@code max}, {@code multiplier} is less than 1, or {@code jitter} is
	 * not from 0 to 1
	 */
	public Backoff(Duration initial, double multiplier, Duration max, double jitter) {
		this(initial, multiplier, max, jitter, List.of());
	}

	/**
	 * Creates a backoff with listed pauses, without jitter. A single pause is used for
	 * all attempts.
	 * @param delays the pauses, at least one; the last is repeated
	 * @return the backoff
	 * @throws IllegalArgumentException when no pause is given, or one is negative
	 */
	public static Backoff of(Duration... delays) {
		if (delays.length == 0) {
			throw new IllegalArgumentException("Backoff: give at least one pause");
		}
		return REDELIVERY.withDelays(List.of(delays), 0);
	}

	/**
	 * Returns a copy of this backoff with listed pauses.
	 * @param delays the listed pauses, the last of which is repeated; empty for pauses
	 * that grow
	 * @param jitter the largest part of a pause that is taken off at random, from 0 to 1
	 * @return the copy
	 * @throws IllegalArgumentException when a pause is negative, or {@code jitter} is not
	 * from 0 to 1
	 */
	public Backoff withDelays(List<Duration> delays, double jitter) {
		return new Backoff(this.initial, this.multiplier, this.max, jitter, delays);
	}

	/**
	 * Returns the pause before the next attempt.
	 * @param attempt the number of attempts that have failed, from 1
	 * @return the pause, in milliseconds; at random with jitter
	 */
	public Duration delay(long attempt) {
		double millis = this.delays.isEmpty() ? grown(attempt) : millis(listed(attempt));
		return Duration.ofMillis(Math.round(millis * (1 - this.jitter * ThreadLocalRandom.current().nextDouble())));
	}

	/**
	 * Converts a pause to milliseconds.
	 * @param pause the pause
	 * @return milliseconds, at most those of 100 years
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
