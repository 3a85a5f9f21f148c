package io.redisbroker.engine.pull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
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
 * Hands back to Redis the deliveries that a loop has not begun, and in the end removes
 * its consumer. Thread-safe.
 */
final class HandingBack {

	private static final Logger logger = LoggerFactory.getLogger(HandingBack.class);

	/** The time to wait until the consumer is removed. */
	private static final Duration WITH_REDIS = Duration.ofSeconds(2);

	private static final Duration WITHOUT_REDIS = Duration.ofMillis(300);

	private final String listenerId;

	private final DeliverySource source;

	private final HeldDeliveries held;

	private final SourceSettler settler;

	private final Workers workers;

	/** Called when no delivery is held any more; set once the loop never reads again. */
	private final AtomicReference<@Nullable Runnable> onGone = new AtomicReference<>();

	HandingBack(String listenerId, DeliverySource source, HeldDeliveries held, SourceSettler settler, Workers workers) {
		this.listenerId = listenerId;
		this.source = source;
		this.held = held;
		this.settler = settler;
		this.workers = workers;
	}

	/**
	 * Hands back deliveries that have waited for a worker as long as a dead consumer
	 * would have kept them, since another instance may be idle.
	 * @param holder the loop
	 * @return the deliveries that Redis did not take: those that were trimmed meanwhile,
	 * or all after FLUSHALL; {@code null} when there is nothing to hand back
	 */
	@Nullable CompletableFuture<List<InFlight>> handBackOverdue(InFlight.Holder holder) {
		List<InFlight> overdue = this.workers.takeBack(holder, this.source.lease());
		if (overdue.isEmpty()) {
			return null;
		}
		return this.settler.handBack(overdue.stream().map(InFlight::delivery).toList()).thenApply((handedBack) -> {
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
	 * Hands back deliveries that were not begun, and holds them no longer.
	 * @param unstarted the deliveries
	 * @return completes when Redis has them, or could not be told
	 */
	CompletableFuture<Void> handBack(Collection<InFlight> unstarted) {
		CompletableFuture<Set<Delivery>> handedBack = this.settler
			.handBack(unstarted.stream().map(InFlight::delivery).toList());
		unstarted.forEach(this.held::remove);
		return handedBack.thenAccept((those) -> {
		});
	}

	/**
	 * Ends a period of reading.
	 * @param holder the loop
	 * @param unstarted deliveries that were not begun, also those of other loops
	 * @param health whether Redis can be reached
	 * @return completes when Redis knows; exceptionally only if deliveries were held
	 */
	CompletableFuture<Void> leave(InFlight.Holder holder, Collection<InFlight> unstarted, ReadHealth health) {
		if (!health.hasReachedRedis() && this.held.count() == 0) {
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
		return (mine.isEmpty() && this.held.count() == 0) ? consumerRemoved(left, health) : left;
	}

	/** A consumer that stays in Redis without deliveries does no harm. */
	private CompletableFuture<Void> consumerRemoved(CompletableFuture<Void> left, ReadHealth health) {
		Duration patience = health.isFailing() ? WITHOUT_REDIS : WITH_REDIS;
		return left.completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS).exceptionally((failure) -> {
			logger.debug("Listener '{}' could not remove its consumer from {}", this.listenerId, this.source.name(),
					failure);
			return null;
		});
	}

	/**
	 * Removes the consumer from Redis once all deliveries are settled.
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
