package io.redisbroker.deadletter;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * How many dead letters are kept, and how long. Whenever one is added, the oldest beyond
 * a limit are removed. Redis removes whole blocks of a stream, so somewhat more may stay.
 * Immutable.
 *
 * @param maxLength about how many are kept, or 0 for all
 * @param maxAge how long each is kept, by Redis' clock, or {@code null} for ever
 * @since 0.1.0
 */
public record DeadLetterRetention(long maxLength, @Nullable Duration maxAge) {

	/** All are kept for ever. */
	public static final DeadLetterRetention UNLIMITED = new DeadLetterRetention(0, null);

	/**
	 * Checks the values.
	 * @throws IllegalArgumentException when a value makes no sense
	 */
	public DeadLetterRetention {
		Assert.isTrue(maxLength >= 0, "The number of dead letters that are kept is not negative");
		Assert.isTrue(maxAge == null || maxAge.compareTo(Duration.ofMillis(1)) >= 0,
				"Dead letters are kept for 1 ms at least");
	}

}
