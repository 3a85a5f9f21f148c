package io.redisbroker.admin;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Selects pending entries of a consumer group. Immutable.
 *
 * @param consumer the consumer that has the entry, or {@code null} for any
 * @param minIdle the least time since the entry was last delivered or renewed
 * @since 0.1.0
 */
public record PendingFilter(@Nullable String consumer, Duration minIdle) {

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
