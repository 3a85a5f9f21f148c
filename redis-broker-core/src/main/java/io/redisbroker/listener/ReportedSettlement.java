package io.redisbroker.listener;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles deliveries of a source and tells what became of that: to whoever counts, and in
 * the log when it did not succeed.
 */
final class ReportedSettlement {

	private static final Logger logger = LoggerFactory.getLogger(ReportedSettlement.class);

	private static final Executor ONE_SECOND = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

	private final String listenerId;

	private final DeliverySource source;

	private final BrokerEvents events;

	private boolean counting;

	private int further;

	ReportedSettlement(String listenerId, DeliverySource source, BrokerEvents events) {
		this.listenerId = listenerId;
		this.source = source;
		this.events = events;
	}

	void acknowledge(InFlight work) {
		this.source.settlement().acknowledge(work.delivery(), work);
	}

	void acknowledged(InFlight work, boolean ours, @Nullable Throwable failure) {
		if (!ours) {
			unsettled(work.delivery(), failure);
		}
	}

	CompletableFuture<Boolean> retry(Delivery delivery, Duration after) {
		return report(this.source.settlement().retry(delivery, after), delivery, () -> {
			this.events.retried(this.listenerId, delivery);
			this.source.dueIn(after.toMillis());
		});
	}

	CompletableFuture<Boolean> release(Delivery delivery) {
		return report(this.source.settlement().release(delivery), delivery, () -> {
		});
	}

	CompletableFuture<Boolean> deadLetter(Delivery delivery, DeadLetter letter) {
		return report(this.source.settlement().deadLetter(delivery, letter), delivery,
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

	private void unsettled(Delivery delivery, @Nullable Throwable failure) {
		if (failure != null) {
			logger.error("Listener '{}' can't settle {}, which stays pending", this.listenerId, delivery, failure);
			return;
		}
		this.events.lost(this.listenerId, delivery);
		if (isFirst()) {
			logger.warn(
					"Listener '{}' could not settle {}, which is not pending for it any more: another consumer "
							+ "took it over, or somebody trimmed it or deleted the group. It may be handled twice",
					this.listenerId, delivery);
			ONE_SECOND.execute(this::logFurther);
		}
	}

	/** What is lost together, as when a stream is deleted, is one line and a number. */
	private synchronized boolean isFirst() {
		if (this.counting) {
			this.further++;
			return false;
		}
		this.counting = true;
		return true;
	}

	private void logFurther() {
		int number;
		synchronized (this) {
			number = this.further;
			this.further = 0;
			this.counting = number > 0;
		}
		if (number > 0) {
			logger.warn("Listener '{}' could not settle {} more messages of {} that are not pending for it any more",
					this.listenerId, number, this.source.name());
			ONE_SECOND.execute(this::logFurther);
		}
	}

}
