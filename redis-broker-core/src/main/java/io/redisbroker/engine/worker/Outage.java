package io.redisbroker.engine.worker;

import io.redisbroker.client.Failures;
import io.redisbroker.failure.RedisLoginException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.RedisConnectionFailureException;

/**
 * Logs that a Redis can't be reached, or refuses the login: once for all of its listeners
 * that have not reached it yet, and again for each other cause. Thread-safe.
 */
public final class Outage {

	private static final Logger logger = LoggerFactory.getLogger(Outage.class);

	private final String redis;

	private volatile String told = "";

	/**
	 * Creates the log of one Redis.
	 * @param connectionFactory the connection factory that listeners name, empty for the
	 * broker's own
	 */
	public Outage(String connectionFactory) {
		this.redis = connectionFactory.isEmpty() ? "" : "Redis of '" + connectionFactory + "': ";
	}

	/**
	 * Logs a listener's first failure, unless it is known already.
	 * @param failure why the listener can't read
	 * @return whether it concerns all listeners; if not, it is not logged here
	 */
	public boolean concerns(Throwable failure) {
		Throwable cause = Failures.unwrap(failure);
		if (!(cause instanceof RedisConnectionFailureException || cause instanceof QueryTimeoutException)) {
			return false;
		}
		if (isNew(cause.getClass().getName())) {
			if (cause instanceof RedisLoginException) {
				logger.error("{}{}. Listeners get no messages, and go on trying. {}", this.redis,
						Troubles.causeOf(cause), RedisLoginException.ACTION);
			}
			else {
				logger.warn("{}{}. Listeners wait for Redis, and go on trying", this.redis, Troubles.causeOf(cause));
			}
		}
		return true;
	}

	private synchronized boolean isNew(String kind) {
		boolean known = kind.equals(this.told);
		this.told = kind;
		return !known;
	}

	/** A listener has reached Redis. */
	public void ended() {
		if (!this.told.isEmpty()) {
			this.told = "";
		}
	}

}
