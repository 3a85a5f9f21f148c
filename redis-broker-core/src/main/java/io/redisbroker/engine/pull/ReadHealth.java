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
 * Whether a source can be read, and since when; tells it once when that changes.
 */
final class ReadHealth {

	private static final Logger logger = LoggerFactory.getLogger(ReadHealth.class);

	/** Redis answers a read, be it with nothing, in much less. */
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

	private String told = "";

	private volatile long succeededAt = System.nanoTime();

	ReadHealth(String listenerId, DeliverySource source, BrokerEvents events, Outage outage) {
		this.outage = outage;
		this.listenerId = listenerId;
		this.source = source;
		this.events = events;
	}

	/** Under which name the source is read. */
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
	 * Tells why nothing is read, by the newest failure.
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

	/** Since the last answer, or since there is anything to read. */
	Duration sinceSuccess() {
		return Duration.ofNanos(System.nanoTime() - this.succeededAt);
	}

	/** Redis has been asked whether the source can be read. */
	void opened() {
		this.reached = true;
		this.outage.ended();
	}

	/** Whether Redis was there at any time since the start. */
	boolean hasReachedRedis() {
		return this.reached;
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
		this.failingSince = System.nanoTime();
		this.cause = String.valueOf(invalid.getMessage());
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
		this.cause = Troubles.causeOf(failure);
		if (attempt == 1) {
			this.failingSince = System.nanoTime();
			this.told = "";
			this.events.disconnected(this.listenerId, failure);
		}
		// another cause after "no connection", such as a missing right, needs a person
		if (!this.told.equals(Troubles.codeOf(failure))) {
			this.told = Troubles.codeOf(failure);
			if (this.reached || !this.outage.concerns(failure)) {
				logger.warn("Listener '{}' can't read {}, and goes on trying: {}{}", this.listenerId,
						this.source.name(), this.cause, Troubles.adviceOn(failure));
			}
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
