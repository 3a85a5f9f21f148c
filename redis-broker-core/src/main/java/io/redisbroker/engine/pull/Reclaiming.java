package io.redisbroker.engine.pull;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

import io.redisbroker.engine.worker.Troubles;
import io.redisbroker.engine.worker.Workers;
import io.redisbroker.listener.ListenerProblem;
import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a loop reclaims deliveries that are due or abandoned, and how many. They
 * follow the rule of new messages: no delivery waits behind the work of a busy instance
 * while another one is idle. One look at a time. Thread-safe.
 */
final class Reclaiming {

	/** The time that a look waits for settlements that are under way. */
	static final Duration LONGEST_SETTLING = Duration.ofSeconds(2);

	/**
	 * While all workers are busy, due messages are left to idle instances for this time.
	 */
	private static final Duration LEFT_TO_IDLE_INSTANCES = Duration.ofSeconds(1);

	/** Reading goes on when a look takes longer. */
	private static final long LONGEST_HOLD = Duration.ofSeconds(1).toNanos();

	private final DeliverySource source;

	private final HeldDeliveries held;

	private final Workers workers;

	private final IntSupplier room;

	private final Troubles troubles;

	private final AtomicBoolean underWay = new AtomicBoolean();

	private final AtomicBoolean anew = new AtomicBoolean();

	/** The number of calls under way that hand back deliveries. */
	private final AtomicInteger handingBack = new AtomicInteger();

	private volatile boolean wanted;

	/** The messages that were handed back have been looked for. */
	private volatile boolean looked;

	/** Before the first look no worker can be busy with messages of this loop. */
	private volatile boolean isFirst = true;

	private volatile boolean leavesToOthers;

	private volatile long begunAt;

	/**
	 * Creates one that has not looked yet.
	 * @param source the source
	 * @param held the deliveries that this process holds
	 * @param workers handle the deliveries
	 * @param room tells how many more may be held
	 * @param troubles is told of looks that fail
	 */
	Reclaiming(DeliverySource source, HeldDeliveries held, Workers workers, IntSupplier room, Troubles troubles) {
		this.source = source;
		this.held = held;
		this.workers = workers;
		this.room = room;
		this.troubles = troubles;
	}

	/** Asks for a look at all pending deliveries. */
	void want() {
		this.anew.set(true);
		this.wanted = true;
	}

	/**
	 * Asks for a look that goes on where the last one found deliveries.
	 * @param fromTheBeginning whether a delivery was passed over that may be taken now
	 */
	void wantMore(boolean fromTheBeginning) {
		this.anew.compareAndSet(false, fromTheBeginning);
		this.wanted = true;
	}

	/** Also when the last look left messages to idle instances, and a worker is free. */
	boolean isWanted() {
		return this.wanted || (this.leavesToOthers && this.workers.isAnyFree());
	}

	/**
	 * Holds up reading, since deliveries are handed back that come before newer ones:
	 * until Redis has them, a worker has ended its work, and they were looked for.
	 * @param handedBack completes when Redis has them
	 * @return completes when they can be looked for
	 */
	CompletableFuture<Void> holdUpFor(CompletableFuture<Void> handedBack) {
		this.looked = false;
		this.handingBack.incrementAndGet();
		return handedBack.whenComplete((nothing, failure) -> this.handingBack.decrementAndGet());
	}

	/**
	 * Whether to read later. Recovering a lost reply must not find a delivery that is
	 * being reclaimed. And messages that were handed back come before newer ones, unless
	 * a long list of pending messages makes the look for them take too long.
	 */
	boolean holdsUpReading() {
		boolean looking = this.underWay.get();
		if (this.handingBack.get() > 0 || (looking && this.source.mustRecover())) {
			return true;
		}
		if (!this.looked && looking && System.nanoTime() - this.begunAt > LONGEST_HOLD) {
			this.looked = true;
		}
		return !this.looked && (this.wanted || looking);
	}

	/**
	 * Looks, unless a look is under way or there is no room. While all workers are busy,
	 * idle instances have some time to take the due messages; after that each worker
	 * takes some when it ends its work.
	 * @param workEnded whether a worker ends its work at this moment
	 * @param running whether the loop still reads
	 * @param taken gets the deliveries and the time at which they were asked for
	 * @return completes when the look is over; {@code null} when it has not begun
	 */
	@Nullable CompletableFuture<Void> begin(boolean workEnded, BooleanSupplier running, Taken taken) {
		boolean mayBegin = workEnded || this.isFirst || this.workers.isAnyFree();
		if (!mayBegin || this.handingBack.get() > 0 || this.room.getAsInt() <= 0
				|| !this.underWay.compareAndSet(false, true)) {
			return null;
		}
		this.wanted = false;
		this.begunAt = System.nanoTime();
		// a delivery that is being settled must not be reclaimed; those whose settlement
		// Redis refuses are renewed, so this need not wait for them
		CompletableFuture<Void> settled = this.troubles.has(ListenerProblem.Kind.SETTLE)
				? CompletableFuture.completedFuture(null)
				: this.source.settlement()
					.settled()
					.completeOnTimeout(null, LONGEST_SETTLING.toMillis(), TimeUnit.MILLISECONDS);
		return settled
			.thenCompose((nothing) -> running.getAsBoolean() ? reclaim(taken) : CompletableFuture.completedFuture(null))
			.whenComplete((nothing, failure) -> ended(failure));
	}

	private CompletableFuture<Void> reclaim(Taken taken) {
		boolean all = this.isFirst || !this.looked || this.workers.isAnyFree();
		this.leavesToOthers = !all;
		int room = this.room.getAsInt();
		ReclaimRoom most = this.held.roomToReclaim(all ? room : Math.min(room, this.workers.perWorker()),
				this.workers.atOnce(), all ? Duration.ZERO : LEFT_TO_IDLE_INSTANCES);
		if (most.most() <= 0) {
			this.wanted = true;
			return CompletableFuture.completedFuture(null);
		}
		long asked = System.nanoTime();
		return this.source.reclaim(most, this.anew.getAndSet(false)).thenAccept((deliveries) -> {
			if (deliveries.stream().allMatch((delivery) -> delivery.deliveryCount() > 1)) {
				looked();
			}
			this.wanted |= !deliveries.isEmpty();
			taken.accept(deliveries, asked);
		});
	}

	private void looked() {
		this.looked = true;
		this.isFirst = false;
	}

	private void ended(@Nullable Throwable failure) {
		if (failure != null) {
			looked();
			this.troubles.failed(ListenerProblem.Kind.RECLAIM, failure);
		}
		else {
			this.troubles.succeeded(ListenerProblem.Kind.RECLAIM);
		}
		this.underWay.set(false);
	}

	/** Gets reclaimed deliveries. */
	@FunctionalInterface
	interface Taken {

		void accept(List<Delivery> deliveries, long asked);

	}

}
