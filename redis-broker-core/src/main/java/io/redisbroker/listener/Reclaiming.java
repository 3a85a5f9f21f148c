package io.redisbroker.listener;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * When a loop reclaims deliveries that are due or were abandoned, and how many. They
 * follow the rule of new messages: no delivery waits behind the work of a busy instance
 * while another one is idle. One look at a time. Thread-safe.
 */
final class Reclaiming {

	/** How long a look waits for settlements that are under way. */
	static final Duration LONGEST_SETTLING = Duration.ofSeconds(2);

	/** Due messages are left to idle instances for so long while all workers are busy. */
	private static final Duration LEFT_TO_IDLE_INSTANCES = Duration.ofSeconds(1);

	private final DeliverySource source;

	private final HeldDeliveries held;

	private final Workers workers;

	private final int capacity;

	private final Troubles troubles;

	private final AtomicBoolean underWay = new AtomicBoolean();

	private final AtomicBoolean anew = new AtomicBoolean();

	private volatile boolean wanted;

	/** The messages that were handed back before this loop began have been looked for. */
	private volatile boolean looked;

	Reclaiming(DeliverySource source, HeldDeliveries held, Workers workers, int capacity, Troubles troubles) {
		this.source = source;
		this.held = held;
		this.workers = workers;
		this.capacity = capacity;
		this.troubles = troubles;
	}

	/** Asks for a look at everything that is pending. */
	void want() {
		this.anew.set(true);
		this.wanted = true;
	}

	/**
	 * Asks for a look that goes on where the last one found something.
	 * @param fromTheBeginning whether something was passed over that may be taken now
	 */
	void wantMore(boolean fromTheBeginning) {
		this.anew.compareAndSet(false, fromTheBeginning);
		this.wanted = true;
	}

	boolean isWanted() {
		return this.wanted;
	}

	/**
	 * Recovering lost replies must not find a delivery that is being reclaimed. And
	 * messages that were handed back come before newer ones.
	 */
	boolean holdsUpReading() {
		return (this.underWay.get() && this.source.isCatchingUp())
				|| (!this.looked && (this.wanted || this.underWay.get()));
	}

	/**
	 * Looks, unless a look is under way or there is no room. While all workers are busy,
	 * idle instances have some time to take the messages that are due; after that each
	 * worker takes some when it ends its work.
	 * @param workEnded whether a worker ends its work at this moment
	 * @param running whether the loop still reads
	 * @param taken gets the deliveries and the time at which they were asked for
	 * @return completes when the look is over; {@code null} when it has not begun
	 */
	@Nullable CompletableFuture<Void> begin(boolean workEnded, BooleanSupplier running, Taken taken) {
		boolean anyFree = !this.looked || this.workers.isAnyFree();
		int room = this.held.room(this.capacity);
		if ((!anyFree && !workEnded) || room <= 0 || !this.underWay.compareAndSet(false, true)) {
			return null;
		}
		// only now: it looks at all that is held, and this is called for every message
		ReclaimRoom most = this.held.roomToReclaim(anyFree ? room : Math.min(room, this.workers.perWorker()),
				this.workers.atOnce(), anyFree ? Duration.ZERO : LEFT_TO_IDLE_INSTANCES);
		if (most.most() <= 0) {
			this.underWay.set(false);
			return null;
		}
		this.wanted = false;
		// a delivery that is being settled must not be reclaimed; one whose settlement
		// Redis refuses is renewed, so this need not wait for it
		return this.source.settlement()
			.settled()
			.completeOnTimeout(null, LONGEST_SETTLING.toMillis(), TimeUnit.MILLISECONDS)
			.thenCompose((nothing) -> running.getAsBoolean() ? reclaim(most, taken)
					: CompletableFuture.completedFuture(null))
			.whenComplete((nothing, failure) -> ended(failure));
	}

	private CompletableFuture<Void> reclaim(ReclaimRoom most, Taken taken) {
		long asked = System.nanoTime();
		return this.source.reclaim(most, this.anew.getAndSet(false)).thenAccept((deliveries) -> {
			this.looked |= deliveries.stream().allMatch((delivery) -> delivery.deliveryCount() > 1);
			this.wanted |= !deliveries.isEmpty();
			taken.accept(deliveries, asked);
		});
	}

	private void ended(@Nullable Throwable failure) {
		if (failure != null) {
			this.looked = true;
			this.troubles.failed(ListenerProblem.Kind.RECLAIM, failure);
		}
		else {
			this.troubles.succeeded(ListenerProblem.Kind.RECLAIM);
		}
		this.underWay.set(false);
	}

	/** Takes over deliveries. */
	@FunctionalInterface
	interface Taken {

		void accept(List<Delivery> deliveries, long asked);

	}

}
