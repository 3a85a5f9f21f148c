package io.redisbroker.engine.worker;

import java.util.List;

import io.redisbroker.converter.DecodingFailures;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.retry.Backoff;
import io.redisbroker.retry.Causes;
import io.redisbroker.retry.DoNotRetryException;
import io.redisbroker.retry.ExceptionRules;
import io.redisbroker.retry.FailurePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Settles deliveries that could not be handled: retries, dead-letters or drops them.
 */
final class FailedDeliveries {

	private static final Logger logger = LoggerFactory.getLogger(FailedDeliveries.class);

	private final ListenerEndpoint endpoint;

	private final AckMode ackMode;

	private final FailurePolicy failurePolicy;

	private final ListenerAdvice advice;

	private final BrokerEvents events;

	private volatile boolean interrupted;

	FailedDeliveries(ListenerEndpoint endpoint, ListenerAdvice advice, BrokerEvents events) {
		this.endpoint = endpoint;
		this.ackMode = endpoint.settings().ackMode();
		this.failurePolicy = endpoint.settings().failurePolicy();
		this.advice = advice;
		this.events = events;
	}

	/**
	 * To be called before listeners are interrupted: their exceptions are no failures
	 * from now on.
	 */
	void interrupted() {
		this.interrupted = true;
	}

	/** A message was delivered more often than allowed, and is not begun. */
	void exhausted(InFlight work) {
		Delivery delivery = work.delivery();
		long deliveries = delivery.deliveryCount() - 1;
		logger.warn(
				"Listener '{}' gives up {}: it was delivered {} times, of which its listener failed {} times, and "
						+ "otherwise its consumer died or was stopped. It goes to the dead letters",
				this.endpoint.id(), delivery, deliveries, delivery.failureCount());
		work.deadLetter(
				new DeadLetter(DeadLetter.Reason.DELIVERIES_EXHAUSTED, this.endpoint.id(),
						"Delivered " + deliveries + " times without being settled: its listener failed "
								+ delivery.failureCount() + " times, and otherwise its consumer died or was stopped",
						null));
	}

	/**
	 * A message can't be decoded. Messages of decoders and validators may quote the
	 * payload, so they are logged at DEBUG only.
	 */
	void undecodable(InFlight work, Throwable failure) {
		if (isInterruptedAt(work, failure)) {
			return;
		}
		this.events.failed(this.endpoint.id(), List.of(work.delivery()), failure);
		logger.error("Listener '{}' can't decode or validate {}, which is {}: {}", this.endpoint.id(), work.delivery(),
				keepsFailed() ? "kept as a dead letter"
						: "dropped, because this listener's messages are not delivered again",
				DecodingFailures.describe(failure));
		log(Level.DEBUG, "Listener '{}' can't decode or validate {}", failure, this.endpoint.id(), work.delivery());
		giveUp(work, new DeadLetter(DeadLetter.Reason.UNDECODABLE, this.endpoint.id(), null, failure));
	}

	/** A listener has thrown an exception. */
	void failed(InFlight work, Throwable failure) {
		try {
			decide(work, failure);
		}
		catch (Throwable ex) {
			// a failing decision must not keep the other messages of the batch from being
			// settled
			logger.error("Listener '{}' failed on {} with {}, and the decision about it failed with {}. It is {}",
					this.endpoint.id(), work.delivery(), failure.getClass().getName(), ex.getClass().getName(),
					(this.ackMode == AckMode.NONE) ? "not delivered again" : "retried");
			work.retry(this.endpoint.settings().retry().backoff().delay(work.delivery().failureCount() + 1));
		}
	}

	private void decide(InFlight work, Throwable failure) {
		if (isInterruptedAt(work, failure)) {
			return;
		}
		this.events.failed(this.endpoint.id(), List.of(work.delivery()), failure);
		Delivery delivery = work.delivery();
		if (work.isSettled()) {
			log(Level.WARN, "Listener '{}' failed after it had settled {}", failure, this.endpoint.id(), delivery);
		}
		else {
			FailurePolicy.Decision decision = this.advice.decide(this.endpoint.id(), delivery, failure);
			if (decision != null) {
				carryOut(decision, work, DeadLetter.Reason.REJECTED, failure);
			}
			else {
				carryOut(this.failurePolicy.decide(delivery, failure), work, reason(failure), failure);
			}
		}
	}

	/** After an interrupt by a stop the message is handed back, whatever was thrown. */
	private boolean isInterruptedAt(InFlight work, Throwable failure) {
		if (!this.interrupted || this.ackMode == AckMode.NONE || work.isSettled()) {
			return false;
		}
		log(Level.DEBUG, "Listener '{}' was interrupted at {}", failure, this.endpoint.id(), work.delivery());
		work.returnUnfinished();
		return true;
	}

	/** {@code getMessage()} of a failure, or printing its causes, may itself throw. */
	private static void log(Level level, String text, Throwable failure, Object... arguments) {
		try {
			logger.atLevel(level).setCause(failure).log(text, arguments);
		}
		catch (Throwable ex) {
			logger.atLevel(level)
				.log(text + " (" + failure.getClass().getName() + ", which can't be printed: " + ex.getClass().getName()
						+ ")", arguments);
		}
	}

	private DeadLetter.Reason reason(Throwable failure) {
		if (Causes.find(failure, DoNotRetryException.class) != null) {
			return DeadLetter.Reason.REJECTED;
		}
		return (this.endpoint.settings().retry().exceptions().of(failure) == ExceptionRules.Treatment.DEAD_LETTER)
				? DeadLetter.Reason.NOT_RETRYABLE : DeadLetter.Reason.DELIVERIES_EXHAUSTED;
	}

	private void carryOut(FailurePolicy.Decision decision, InFlight work, DeadLetter.Reason reason, Throwable failure) {
		Delivery delivery = work.delivery();
		if (this.ackMode == AckMode.NONE && !(decision instanceof FailurePolicy.Drop)) {
			log(Level.ERROR, "Listener '{}' failed on {}, which is {}", failure, this.endpoint.id(), delivery,
					keepsFailed() ? "kept as a dead letter"
							: "dropped, because this listener's messages are not delivered again");
			giveUp(work,
					letter((decision instanceof FailurePolicy.Retry) ? DeadLetter.Reason.DELIVERIES_EXHAUSTED : reason,
							failure));
			return;
		}
		long attempt = delivery.failureCount() + 1;
		if (decision instanceof FailurePolicy.Retry retry) {
			// before the log: the pause has begun, and a stack trace takes its time
			work.retry(retry.after());
			log(Level.WARN, "Listener '{}' failed on {} (attempt {} of {}), again in {} ms", failure,
					this.endpoint.id(), delivery, attempt, this.endpoint.settings().retry().maxAttempts(),
					Backoff.millis(retry.after()));
		}
		else if (decision instanceof FailurePolicy.GiveUp) {
			log(Level.ERROR, "Listener '{}' failed on {} (attempt {}, delivery {}). It goes to the dead letters",
					failure, this.endpoint.id(), delivery, attempt, delivery.deliveryCount());
			work.deadLetter(letter(reason, failure));
		}
		else {
			log(Level.WARN, "Listener '{}' failed on {}, which is dropped, as configured for this exception", failure,
					this.endpoint.id(), delivery);
			work.acknowledge();
			this.events.dropped(this.endpoint.id(), work.delivery());
		}
	}

	private DeadLetter letter(DeadLetter.Reason reason, Throwable failure) {
		return new DeadLetter(reason, this.endpoint.id(), null, failure);
	}

	/** With ack mode NONE dead letters are kept only where they were asked for. */
	private boolean keepsFailed() {
		return this.ackMode != AckMode.NONE || this.endpoint.settings().deadLetters() != null;
	}

	private void giveUp(InFlight work, DeadLetter letter) {
		if (keepsFailed()) {
			work.deadLetter(letter);
		}
		else {
			this.events.dropped(this.endpoint.id(), work.delivery());
		}
	}

}
