package io.redisbroker.engine.pull;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.IntConsumer;

import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.engine.worker.InFlight;
import io.redisbroker.engine.worker.LogThrottle;
import io.redisbroker.engine.worker.Troubles;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles deliveries of a source, counts how that ends, and logs the deliveries that
 * could not be settled: the first one, and then a number each second.
 */
final class ReportedSettlement implements InFlight.Settling {

	private static final Logger logger = LoggerFactory.getLogger(ReportedSettlement.class);

	private final String listenerId;

	private final DeliverySource source;

	private final BrokerEvents events;

	private final LogThrottle lost;

	private final LogThrottle failed;

	/** A call that outlives its listener can't be settled: its interrupt was logged. */
	private volatile boolean ended;

	ReportedSettlement(String listenerId, DeliverySource source, Troubles troubles, ScheduledExecutorService timer,
			BrokerEvents events) {
		this.listenerId = listenerId;
		this.source = source;
		this.events = events;
		this.lost = new LogThrottle(timer,
				further("Listener '{}' could not settle {} more messages of {} that are not pending for it any more"));
		this.failed = new LogThrottle(timer,
				further("Listener '{}' can't settle {} more messages of {}, which stay pending"));
		source.settlement().reportTo(troubles);
	}

	/** Failures are expected from now on: connections may be closed. */
	void end() {
		this.ended = true;
	}

	private IntConsumer further(String text) {
		return (number) -> logger.warn(text, this.listenerId, number, this.source.name());
	}

	@Override
	public void acknowledge(InFlight work) {
		this.source.settlement().acknowledge(work.delivery(), work);
	}

	@Override
	public void acknowledged(InFlight work, boolean ours, @Nullable Throwable failure) {
		if (!ours) {
			unsettled(work.delivery(), failure);
		}
	}

	@Override
	public CompletableFuture<Boolean> retry(Delivery delivery, Duration after) {
		return report(this.source.settlement().retry(delivery, after), delivery, () -> {
			this.events.retried(this.listenerId, delivery);
			this.source.dueIn(after.toMillis());
		});
	}

	@Override
	public CompletableFuture<Boolean> release(Delivery delivery) {
		return report(this.source.settlement().release(delivery), delivery, () -> {
		});
	}

	@Override
	public CompletableFuture<Boolean> deadLetter(Delivery delivery, DeadLetter letter) {
		return report(this.source.settlement().deadLetter(delivery, letter), delivery,
				() -> this.events.deadLettered(this.listenerId, delivery, letter));
	}

	/** Hands back deliveries that were never begun; returns those that Redis took. */
	CompletableFuture<Set<Delivery>> handBack(Collection<Delivery> unstarted) {
		return unstarted.isEmpty() ? CompletableFuture.completedFuture(Set.of())
				: this.source.settlement().handBack(unstarted).exceptionally((failure) -> {
					logger.debug("Listener '{}' could not hand back {} messages of {}", this.listenerId,
							unstarted.size(), this.source.name(), failure);
					return Set.of();
				});
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
		if (failure != null && this.ended) {
			logger.debug("Listener '{}' can't settle {} after its end", this.listenerId, delivery, failure);
			return;
		}
		if (failure != null) {
			this.failed.log(() -> logger.error("Listener '{}' can't settle {}, which stays pending", this.listenerId,
					delivery, failure));
			return;
		}
		this.events.lost(this.listenerId, delivery);
		this.lost.log(() -> logger.warn(
				"Listener '{}' could not settle {}, which is not pending for it any more: another consumer took it "
						+ "over, or it was trimmed or its group deleted. It may be handled twice",
				this.listenerId, delivery));
	}

}
