package io.redisbroker.deadletter;

import java.time.Duration;
import java.util.List;

import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.Script;
import io.redisbroker.retry.Backoff;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.Assert;

/**
 * How long dead letters are kept. Whenever one is added, the oldest are removed that are
 * beyond a limit. Redis removes whole blocks of a stream, so somewhat more may stay.
 * Immutable.
 *
 * @param maxLength about how many are kept, or 0 for all
 * @param maxAge how long each is kept, by Redis' clock, or {@code null} for ever
 * @since 0.1.0
 */
public record DeadLetterRetention(long maxLength, @Nullable Duration maxAge) {

	/** All are kept for ever. */
	public static final DeadLetterRetention UNLIMITED = new DeadLetterRetention(0, null);

	private static final Logger logger = LoggerFactory.getLogger(DeadLetterRetention.class);

	private static final Script RETAIN = Script.load(DeadLetterRetention.class, "retain.lua");

	/**
	 * Checks the values.
	 * @throws IllegalArgumentException when a value makes no sense
	 */
	public DeadLetterRetention {
		Assert.isTrue(maxLength >= 0, "The number of dead letters that are kept is not negative");
		Assert.isTrue(maxAge == null || maxAge.compareTo(Duration.ofMillis(1)) >= 0,
				"Dead letters are kept for 1 ms at least");
	}

	/**
	 * Removes what is beyond a limit; to be called when a dead letter was added. Costs
	 * nothing where there is no limit.
	 * @param connection where Redis is
	 * @param deadLetters the stream
	 */
	public void applyTo(RedisConnection connection, String deadLetters) {
		if (equals(UNLIMITED)) {
			return;
		}
		long age = (this.maxAge != null) ? Backoff.millis(this.maxAge) : 0;
		connection.run(RETAIN, List.of(deadLetters), List.of(this.maxLength, age)).whenComplete((removed, failure) -> {
			if (failure != null) {
				logger.warn("Dead letters in '{}' are kept longer than they should be: {}", deadLetters,
						failure.getMessage());
			}
		});
	}

}
