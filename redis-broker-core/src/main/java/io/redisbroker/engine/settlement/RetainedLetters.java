package io.redisbroker.engine.settlement;

import java.time.Duration;
import java.util.List;

import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.Script;
import io.redisbroker.deadletter.DeadLetterRetention;
import io.redisbroker.retry.Backoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes dead letters that are beyond the limits of their retention.
 */
public final class RetainedLetters {

	private static final Logger logger = LoggerFactory.getLogger(RetainedLetters.class);

	private static final Script RETAIN = Script.load(RetainedLetters.class, "retain.lua");

	private RetainedLetters() {
	}

	/**
	 * Removes dead letters beyond a limit; to be called when one was added. Sends nothing
	 * where there is no limit.
	 * @param retention the limits
	 * @param connection the connection to Redis
	 * @param deadLetters the stream of the dead letters
	 */
	public static void limit(DeadLetterRetention retention, RedisConnection connection, String deadLetters) {
		if (retention.equals(DeadLetterRetention.UNLIMITED)) {
			return;
		}
		Duration maxAge = retention.maxAge();
		long age = (maxAge != null) ? Backoff.millis(maxAge) : 0;
		connection.run(RETAIN, List.of(deadLetters), List.of(retention.maxLength(), age))
			.whenComplete((removed, failure) -> {
				if (failure != null) {
					logger.warn(
							"Dead letters in '{}' could not be trimmed to their retention, and are kept until the next "
									+ "one is written: {}",
							deadLetters, failure.getMessage());
				}
			});
	}

}
