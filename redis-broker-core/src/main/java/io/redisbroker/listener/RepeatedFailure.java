package io.redisbroker.listener;

import io.redisbroker.client.RedisErrorException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Logs a failure that comes with every try once, until a try succeeds or fails for
 * another reason. A failure that passes by itself is logged at DEBUG.
 */
final class RepeatedFailure {

	private static final Logger logger = LoggerFactory.getLogger(RepeatedFailure.class);

	private final Level level;

	private final String problem;

	private volatile @Nullable String logged;

	/**
	 * Creates a log of one kind of try.
	 * @param level how much a failure matters that does not pass by itself
	 * @param problem what the listener can't do, and what follows from it
	 */
	RepeatedFailure(Level level, String problem) {
		this.level = level;
		this.problem = problem;
	}

	void failed(Throwable failure) {
		Throwable cause = RedisErrorException.unwrap(failure);
		String reason = String.valueOf((cause != null) ? cause.getMessage() : failure);
		boolean isNew = !RedisErrorException.isTransient(failure) && !reason.equals(this.logged);
		if (isNew) {
			this.logged = reason;
		}
		logger.atLevel(isNew ? this.level : Level.DEBUG).log("{}: {}", this.problem, reason);
	}

	void succeeded() {
		this.logged = null;
	}

}
