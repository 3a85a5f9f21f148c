package io.redisbroker.admin;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * Selects pending entries of a consumer group. Immutable.
 *
 * @param consumer the consumer that has the entry, or {@code null} for any
 * @param minIdle the least time since the entry was last delivered or renewed
 * @since 0.1.0
 */
public record PendingFilter(@Nullable String consumer, Duration minIdle) {

	private static final Duration LONGEST_IDLE = Duration.ofDays(365_000);

	/**
	 * Checks the values.
	 * @throws IllegalArgumentException when the name is empty, or the time is negative or
	 * longer than a thousand years
	 */
	public PendingFilter {
		Assert.isTrue(consumer == null || !consumer.isEmpty(), "Name a consumer, or leave it out");
		Assert.isTrue(!minIdle.isNegative(), "An idle time is not negative");
		Assert.isTrue(minIdle.compareTo(LONGEST_IDLE) <= 0, "An idle time is at most a thousand years");
	}

	/** All pending entries. */
	public static final PendingFilter ALL = new PendingFilter(null, Duration.ZERO);

	/**
	 * Selects the entries of one consumer.
	 * @param name the consumer's name
	 * @return the filter
	 */
	public PendingFilter ofConsumer(String name) {
		return new PendingFilter(name, this.minIdle);
	}

	/**
	 * Selects entries that are idle for some time.
	 * @param least the least idle time
	 * @return the filter
	 */
	public PendingFilter idleFor(Duration least) {
		return new PendingFilter(this.consumer, least);
	}

}
