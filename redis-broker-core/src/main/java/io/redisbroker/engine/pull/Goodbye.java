package io.redisbroker.engine.pull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.redisbroker.engine.worker.InFlight;
import io.redisbroker.engine.worker.Workers;
import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a loop parts with deliveries that it has not begun, and in the end with its name in
 * Redis. Thread-safe.
 */
final class Goodbye {

	private static final Logger logger = LoggerFactory.getLogger(Goodbye.class);

	/** How long to wait until the consumer is removed, before anything else fails. */
	private static final Duration WITH_REDIS = Duration.ofSeconds(2);

	private static final Duration WITHOUT_REDIS = Duration.ofMillis(300);

	private final String listenerId;

	private final DeliverySource source;

	private final HeldDeliveries held;

	private final ReportedSettlement settlement;

	private final Workers workers;

	/** Called when nothing is held any more; present once the loop never reads again. */
	private final AtomicReference<@Nullable Runnable> onGone = new AtomicReference<>();

	Goodbye(String listenerId, DeliverySource source, HeldDeliveries held, ReportedSettlement settlement,
			Workers workers) {
		this.listenerId = listenerId;
		this.source = source;
		this.held = held;
		this.settlement = settlement;
		this.workers = workers;
	}

	/**
	 * Hands back deliveries that have waited for a worker as long as a dead consumer
	 * would have kept them: another instance may be idle.
	 * @param holder the loop
	 * @return the deliveries that Redis did not take: those that were trimmed meanwhile,
	 * or all after FLUSHALL; {@code null} when there is nothing to hand back
	 */
	@Nullable CompletableFuture<List<InFlight>> handBackOverdue(InFlight.Holder holder) {
		List<InFlight> overdue = this.workers.takeBack(holder, this.source.lease());
		if (overdue.isEmpty()) {
			return null;
		}
		return this.settlement.handBack(overdue.stream().map(InFlight::delivery).toList()).thenApply((handedBack) -> {
			List<InFlight> others = new ArrayList<>();
			for (InFlight each : overdue) {
				if (handedBack.contains(each.delivery())) {
					this.held.remove(each);
				}
				else {
					others.add(each);
				}
			}
			if (!handedBack.isEmpty()) {
				logger.info(
						"Listener '{}' has handed back {} messages of {} that had waited {} ms for a worker, so that "
								+ "other instances can handle them",
						this.listenerId, handedBack.size(), this.source.name(), this.source.lease().toMillis());
			}
			return others;
		});
	}

	/**
	 * Hands back deliveries that nothing was done with, and that come before newer ones.
	 * @param unread the deliveries
	 * @param reclaiming looks for them
	 * @return {@code true}
	 */
	boolean giveBack(Collection<InFlight> unread, Reclaiming reclaiming) {
		reclaiming.holdUpFor(
				this.settlement.handBack(unread.stream().map(InFlight::delivery).toList()).thenAccept((handedBack) -> {
				}));
		unread.forEach(this.held::remove);
		return true;
	}

	/**
	 * Ends a period of reading.
	 * @param holder the loop
	 * @param unstarted deliveries that were not begun, also those of other loops
	 * @param reading whether Redis can be reached
	 * @return completes when Redis knows; exceptionally only if deliveries were held
	 */
	CompletableFuture<Void> leave(InFlight.Holder holder, Collection<InFlight> unstarted, Reading reading) {
		if (!reading.hasReachedRedis() && this.held.count() == 0) {
			return CompletableFuture.completedFuture(null);
		}
		List<Delivery> mine = unstarted.stream().filter((each) -> each.holder() == holder).map((each) -> {
			this.held.remove(each);
			return each.delivery();
		}).toList();
		// taken before waiting: a delivery that ends meanwhile is settled by itself and
		// must not be handed back
		Collection<Delivery> held = this.held.deliveries();
		CompletableFuture<Void> left = this.source.settlement()
			.settled()
			.completeOnTimeout(null, Reclaiming.LONGEST_SETTLING.toMillis(), TimeUnit.MILLISECONDS)
			.thenCompose((nothing) -> this.source.settlement().leave(mine, held));
		return (mine.isEmpty() && this.held.count() == 0) ? nameLeft(left, reading) : left;
	}

	/** A name that stays in Redis harms nobody. */
	private CompletableFuture<Void> nameLeft(CompletableFuture<Void> left, Reading reading) {
		Duration patience = reading.isFailing() ? WITHOUT_REDIS : WITH_REDIS;
		return left.completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS).exceptionally((failure) -> {
			logger.debug("Listener '{}' could not remove its consumer from {}", this.listenerId, this.source.name(),
					failure);
			return null;
		});
	}

	/**
	 * Has the name removed from Redis once all deliveries are settled.
	 * @param gone called then
	 */
	void onGone(Runnable gone) {
		this.onGone.set(gone);
		endIfGone();
	}

	void endIfGone() {
		if (this.held.count() == 0) {
			Runnable gone = this.onGone.getAndSet(null);
			if (gone != null) {
				this.source.settlement().leave(List.of(), List.of());
				gone.run();
			}
		}
	}

}
