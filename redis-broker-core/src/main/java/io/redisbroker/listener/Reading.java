package io.redisbroker.listener;

import java.time.Duration;

import io.redisbroker.client.RedisErrorException;
import io.redisbroker.observation.BrokerEvents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a source can be read, and since when; tells it once when that changes.
 */
final class Reading {

	private static final Logger logger = LoggerFactory.getLogger(Reading.class);

	private final String listenerId;

	private final DeliverySource source;

	private final BrokerEvents events;

	private volatile int failures;

	private volatile boolean givenUp;

	private volatile long failingSince;

	/** Logged once, though a backoff later it is the same. */
	private volatile String lastReason = "";

	private volatile long succeededAt = System.nanoTime();

	Reading(String listenerId, DeliverySource source, BrokerEvents events) {
		this.listenerId = listenerId;
		this.source = source;
		this.events = events;
	}

	boolean isFailing() {
		return this.failures > 0;
	}

	/** Since the last answer, or since there is anything to read. */
	Duration sinceSuccess() {
		return Duration.ofNanos(System.nanoTime() - this.succeededAt);
	}

	/** Is about to begin, be it for another time. */
	void starting() {
		this.givenUp = false;
	}

	boolean hasGivenUp() {
		return this.givenUp;
	}

	/** Gives up, until it is started again. */
	void gaveUp(BrokerConfigurationException invalid) {
		this.failures = 1;
		this.givenUp = true;
		logger.error("Listener '{}' gives up: {}", this.listenerId, invalid.getMessage());
		this.events.gaveUp(this.listenerId, invalid);
	}

	/**
	 * Reading failed.
	 * @return for which time in a row
	 */
	int failed(Throwable failure) {
		int attempt = ++this.failures;
		Throwable cause = RedisErrorException.unwrap(failure);
		String reason = String.valueOf((cause != null) ? cause.getMessage() : failure);
		if (attempt == 1 || (!RedisErrorException.isTransient(failure) && !reason.equals(this.lastReason))) {
			this.lastReason = reason;
			logger.warn("Listener '{}' can't read {}, and goes on trying: {}", this.listenerId, this.source.name(),
					reason);
		}
		if (attempt == 1) {
			this.failingSince = System.nanoTime();
			this.events.disconnected(this.listenerId, failure);
		}
		logger.debug("Listener '{}', try {}", this.listenerId, attempt, failure);
		return attempt;
	}

	/**
	 * Reading succeeded.
	 * @return whether it had failed before
	 */
	boolean succeeded() {
		this.succeededAt = System.nanoTime();
		if (this.failures == 0) {
			return false;
		}
		Duration gap = Duration.ofNanos(this.succeededAt - this.failingSince);
		this.failures = 0;
		logger.info("Listener '{}' reads {} again, after {} ms", this.listenerId, this.source.name(), gap.toMillis());
		this.events.reconnected(this.listenerId, gap);
		return true;
	}

}
