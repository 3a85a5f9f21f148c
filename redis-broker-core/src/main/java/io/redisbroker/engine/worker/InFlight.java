package io.redisbroker.engine.worker;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Supplier;

import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.engine.settlement.Outcome;
import io.redisbroker.message.Acknowledgment;
import io.redisbroker.message.Delivery;
import io.redisbroker.retry.Backoff;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * A delivery while this process holds it: it waits for a worker, is handled, or is being
 * settled. It settles itself, at most once. Thread-safe.
 */
public final class InFlight implements Acknowledgment, Outcome {

	private static final AtomicIntegerFieldUpdater<InFlight> PLACE = AtomicIntegerFieldUpdater
		.newUpdater(InFlight.class, "place");

	private static final AtomicIntegerFieldUpdater<InFlight> STEPS = AtomicIntegerFieldUpdater
		.newUpdater(InFlight.class, "steps");

	private static final int SETTLING = 1;

	private static final int ROOM_GIVEN = 2;

	private static final int RELEASED = 4;

	private static final int BEGUN = 8;

	private static final int FINISHED = 16;

	private static final int LOST = 32;

	private static final int GIVEN_UP = 64;

	private volatile Delivery delivery;

	private final Holder holder;

	private final Settler settler;

	private volatile long renewedAt;

	/** The steps it has taken. Each message takes most of them, so without a lock. */
	private volatile int steps;

	/** Its place in the line for a worker, 0 when it has left the line. */
	private volatile int place;

	private long waitingSince;

	/** How it was settled, once that is known: whether it was ours, or the failure. */
	private volatile @Nullable Object end;

	/** Made on demand: most messages are settled without a future. */
	private volatile @Nullable CompletableFuture<Boolean> outcome;

	/**
	 * Holds a delivery.
	 * @param delivery the delivery
	 * @param holder counts it until it has ended
	 * @param settler settles it
	 * @param now when Redis may have handed it out, as {@code nanoTime}
	 */
	public InFlight(Delivery delivery, Holder holder, Settler settler, long now) {
		this.delivery = delivery;
		this.holder = holder;
		this.settler = settler;
		this.renewedAt = now;
	}

	public Delivery delivery() {
		return this.delivery;
	}

	public Holder holder() {
		return this.holder;
	}

	/** When it was last renewed in Redis, as {@code nanoTime}. */
	public long renewedAt() {
		return this.renewedAt;
	}

	public void renewed(long now) {
		this.renewedAt = now;
	}

	/** Goes on under the delivery count that Redis has for it now. */
	public void adopt(Delivery again) {
		this.delivery = again;
		this.renewedAt = System.nanoTime();
	}

	/** Whether another consumer is known to own it now. */
	public boolean isLost() {
		return has(LOST);
	}

	public void markLost() {
		take(LOST);
	}

	/** A worker begins to handle it. */
	void markBegun() {
		take(BEGUN);
	}

	public boolean isBegun() {
		return has(BEGUN);
	}

	/** No worker is busy with it any more. */
	public void markFinished() {
		take(FINISHED);
	}

	public boolean isFinished() {
		return has(FINISHED);
	}

	/** Gives its room to the next one; returns whether this is the first time. */
	public boolean giveRoom() {
		return take(ROOM_GIVEN);
	}

	/** Is held no longer; returns whether this is the first time. */
	public boolean release() {
		return take(RELEASED);
	}

	private boolean has(int step) {
		return (this.steps & step) != 0;
	}

	/** Takes a step; returns whether this is the first time. */
	private boolean take(int step) {
		int taken = this.steps;
		while ((taken & step) == 0) {
			if (STEPS.compareAndSet(this, taken, taken | step)) {
				return true;
			}
			taken = this.steps;
		}
		return false;
	}

	/** Whether its call ignores its time limit, so that another consumer may have it. */
	public boolean isGivenUp() {
		return has(GIVEN_UP);
	}

	/** Renews it no more, so that it is delivered again when its lease has ended. */
	void giveUp() {
		take(GIVEN_UP);
	}

	/** When it joined the line for a worker, as {@code nanoTime}. */
	public long waitingSince() {
		return this.waitingSince;
	}

	/**
	 * Begins to wait.
	 * @param place the place in the line, not 0
	 * @param now {@code nanoTime}
	 */
	void joinLine(int place, long now) {
		this.waitingSince = now;
		this.place = place;
	}

	boolean isWaiting(int place) {
		return this.place == place;
	}

	/** Ends the wait; only one of all callers gets {@code true}, and has it then. */
	boolean leaveLine(int place) {
		return PLACE.compareAndSet(this, place, 0);
	}

	/** How many consumers held it, and died or were stopped before it ended. */
	private long deaths() {
		return this.delivery.deliveryCount() - 1 - this.delivery.failureCount();
	}

	public boolean isAbandoned() {
		return deaths() > 0;
	}

	/** Whether this message may be the one that kills its consumers. */
	public boolean isSuspect() {
		return deaths() > 1;
	}

	@Override
	public CompletableFuture<Boolean> acknowledge() {
		acknowledgeQuietly();
		return outcome();
	}

	/** Acknowledges without a future: the way of most messages. */
	void acknowledgeQuietly() {
		if (begin()) {
			this.settler.acknowledge(this);
		}
	}

	@Override
	public CompletableFuture<Boolean> retry(Duration after) {
		Assert.isTrue(after != null && !after.isNegative(), "The pause before a retry must not be negative");
		return settleOnce(() -> this.settler.retry(this.delivery, Duration.ofMillis(Backoff.millis(after))));
	}

	/** Hands back a delivery that was begun and did not end, which is no failure. */
	CompletableFuture<Boolean> returnUnfinished() {
		return settleOnce(() -> this.settler.release(this.delivery));
	}

	@Override
	public CompletableFuture<Boolean> deadLetter(String reason) {
		Assert.hasText(reason, "A dead letter has a reason");
		return deadLetter(new DeadLetter(DeadLetter.Reason.REJECTED, this.settler.listenerId(), reason, null));
	}

	CompletableFuture<Boolean> deadLetter(DeadLetter letter) {
		return settleOnce(() -> this.settler.deadLetter(this.delivery, letter));
	}

	public boolean isSettled() {
		return has(SETTLING);
	}

	private CompletableFuture<Boolean> settleOnce(Supplier<CompletableFuture<Boolean>> settlement) {
		if (begin()) {
			settlement.get().whenComplete((ours, failure) -> end((failure != null) ? failure : ours));
		}
		return outcome();
	}

	/**
	 * From here on it counts as settled: it may come back from Redis as another delivery
	 * before the call that settles it returns.
	 */
	private boolean begin() {
		return take(SETTLING);
	}

	/**
	 * Writes the future before it reads the end, as {@link #end} does it the other way
	 * round, so that at least one of them completes it.
	 */
	private synchronized CompletableFuture<Boolean> outcome() {
		CompletableFuture<Boolean> asked = this.outcome;
		if (asked == null) {
			asked = new CompletableFuture<>();
			this.outcome = asked;
			tell(asked);
		}
		return asked;
	}

	private void end(Object end) {
		this.settler.ended(this);
		this.end = end;
		CompletableFuture<Boolean> asked = this.outcome;
		if (asked != null) {
			tell(asked);
		}
	}

	private void tell(CompletableFuture<Boolean> asked) {
		if (this.end instanceof Throwable failure) {
			asked.completeExceptionally(failure);
		}
		else if (this.end instanceof Boolean ours) {
			asked.complete(ours);
		}
	}

	@Override
	public void settled(boolean ours) {
		if (!ours) {
			this.settler.unsettled(this.delivery, null);
		}
		end(ours);
	}

	@Override
	public void failed(Throwable failure) {
		this.settler.unsettled(this.delivery, failure);
		end(failure);
	}

	/** Brought a delivery here, and is told when its worker is done. Thread-safe. */
	public interface Holder {

		/** Makes sure that a delivery still is ours before it is begun. */
		boolean confirm(InFlight work);

		/** A worker is done with it, settled or not. */
		void finished(InFlight work);

	}

}
