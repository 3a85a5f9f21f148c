package io.redisbroker.engine.pull;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.redisbroker.engine.worker.Outage;
import io.redisbroker.engine.worker.Troubles;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.ListenerProblem;
import io.redisbroker.observation.BrokerEvents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a source can be read, and since when. Logs and publishes each change once.
 */
final class ReadHealth {

	private static final Logger logger = LoggerFactory.getLogger(ReadHealth.class);

	/** Redis answers a read in much less, also when it has no messages. */
	private static final Duration LONGEST_READ = Duration.ofSeconds(30);

	private final String listenerId;

	private final DeliverySource source;

	private final BrokerEvents events;

	private final Outage outage;

	private volatile boolean reached;

	private volatile int failures;

	private volatile boolean givenUp;

	private volatile long failingSince;

	private volatile long askedAt;

	private volatile String cause = "";

	/** The code of the failure that was logged last. */
	private String told = "";

	private volatile long succeededAt = System.nanoTime();

	ReadHealth(String listenerId, DeliverySource source, BrokerEvents events, Outage outage) {
		this.outage = outage;
		this.listenerId = listenerId;
		this.source = source;
		this.events = events;
	}

	/** The name under which Redis knows the reader. */
	Optional<String> consumer() {
		return Optional.ofNullable(this.source.consumer());
	}

	boolean isFailing() {
		return this.failures > 0;
	}

	/** A read begins. */
	void asked(long now) {
		this.askedAt = now;
	}

	/**
	 * Returns the problem that no message is read, with the newest cause.
	 * @param asked whether a read is under way
	 */
	List<ListenerProblem> problems(boolean asked) {
		long now = System.nanoTime();
		if (isFailing()) {
			return List.of(new ListenerProblem(ListenerProblem.Kind.READ, this.source.name(), this.cause,
					Duration.ofNanos(now - this.failingSince)));
		}
		Duration waiting = Duration.ofNanos(now - this.askedAt);
		return (asked && waiting.compareTo(LONGEST_READ.plus(this.source.pause())) > 0)
				? List.of(new ListenerProblem(ListenerProblem.Kind.STALL, this.source.name(),
						"Redis has not answered a read", waiting))
				: List.of();
	}

	/** The time since the last answer to a read, or since the start. */
	Duration sinceSuccess() {
		return Duration.ofNanos(System.nanoTime() - this.succeededAt);
	}

	/** Redis has answered that the source can be read. */
	void opened() {
		this.reached = true;
		this.outage.ended();
	}

	/** Whether Redis was reached at any time since the start. */
	boolean hasReachedRedis() {
		return this.reached;
	}

	/** The loop starts, for the first time or again. */
	void starting() {
		this.givenUp = false;
	}

	boolean hasGivenUp() {
		return this.givenUp;
	}

	/** The loop gives up, until it is started again. */
	void gaveUp(BrokerConfigurationException invalid) {
		this.failures = 1;
		this.failingSince = System.nanoTime();
		this.cause = String.valueOf(invalid.getMessage());
		this.givenUp = true;
		logger.error("Listener '{}' gives up: {}", this.listenerId, invalid.getMessage());
		this.events.gaveUp(this.listenerId, invalid);
	}

	/**
	 * Reading failed.
	 * @return how many times in a row
	 */
	int failed(Throwable failure) {
		int attempt = ++this.failures;
		this.cause = Troubles.causeOf(failure);
		if (attempt == 1) {
			this.failingSince = System.nanoTime();
			this.told = "";
			this.events.disconnected(this.listenerId, failure);
		}
		// another cause than "no connection", such as a missing right, needs a person
		if (!this.told.equals(Troubles.codeOf(failure))) {
			this.told = Troubles.codeOf(failure);
			if (this.reached || !this.outage.concerns(failure)) {
				logger.warn("Listener '{}' can't read {}, and goes on trying: {}{}", this.listenerId,
						this.source.name(), this.cause, Troubles.adviceOn(failure));
			}
		}
		logger.debug("Listener '{}' could not read {}, try {}", this.listenerId, this.source.name(), attempt, failure);
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
