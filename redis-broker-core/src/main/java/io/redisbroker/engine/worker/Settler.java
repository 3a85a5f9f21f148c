package io.redisbroker.engine.worker;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.engine.settlement.Settlement;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import org.jspecify.annotations.Nullable;

/**
 * Settles the deliveries of a source for {@link InFlight}, and reports each settlement to
 * the events. A transport's container adds its own reports. Thread-safe.
 */
public abstract class Settler {

	private final String listenerId;

	private final Settlement settlement;

	private final BrokerEvents events;

	protected Settler(String listenerId, Settlement settlement, BrokerEvents events) {
		this.listenerId = listenerId;
		this.settlement = settlement;
		this.events = events;
	}

	protected final String listenerId() {
		return this.listenerId;
	}

	protected final Settlement settlement() {
		return this.settlement;
	}

	protected final BrokerEvents events() {
		return this.events;
	}

	/** The settlement calls the delivery back: one future less for each message. */
	final void acknowledge(InFlight work) {
		this.settlement.acknowledge(work.delivery(), work);
	}

	final CompletableFuture<Boolean> retry(Delivery delivery, Duration after) {
		return report(this.settlement.retry(delivery, after), delivery, () -> {
			this.events.retried(this.listenerId, delivery);
			retriedIn(after);
		});
	}

	final CompletableFuture<Boolean> release(Delivery delivery) {
		return report(this.settlement.release(delivery), delivery, () -> {
		});
	}

	final CompletableFuture<Boolean> deadLetter(Delivery delivery, DeadLetter letter) {
		return report(this.settlement.deadLetter(delivery, letter), delivery,
				() -> this.events.deadLettered(this.listenerId, delivery, letter));
	}

	private CompletableFuture<Boolean> report(CompletableFuture<Boolean> settlement, Delivery delivery,
			Runnable settled) {
		return settlement.whenComplete((ours, failure) -> {
			if (failure == null && ours) {
				settled.run();
			}
			else {
				unsettled(delivery, failure);
			}
		});
	}

	/** A message is delivered again after this time. */
	protected void retriedIn(Duration after) {
	}

	/**
	 * Reports a delivery that could not be settled.
	 * @param delivery the delivery
	 * @param failure the cause, or {@code null} when the delivery is not this consumer's
	 */
	protected abstract void unsettled(Delivery delivery, @Nullable Throwable failure);

	/** A delivery is settled, is not this consumer's, or can't be settled. */
	protected void ended(InFlight work) {
	}

}
