package io.redisbroker.engine.worker;

import java.time.Duration;
import java.util.List;
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
 * A delivery while this process holds it: waiting for a worker or being handled. It
 * settles at most once, whoever asks first.
 */
public final class InFlight implements Acknowledgment, Outcome {

	private static final AtomicIntegerFieldUpdater<InFlight> PLACE = AtomicIntegerFieldUpdater
		.newUpdater(InFlight.class, "place");

	private static final AtomicIntegerFieldUpdater<InFlight> STEPS = AtomicIntegerFieldUpdater
		.newUpdater(InFlight.class, "steps");

	private static final int SETTLING = 1;

	private static final int ROOM_GIVEN = 2;

	private static final int RELEASED = 4;

	private volatile Delivery delivery;

	private final Holder holder;

	private volatile long renewedAt;

	private volatile boolean lost;

	private volatile boolean begun;

	private volatile boolean finished;

	/** The steps it has taken. Each message takes all of them, so without a lock. */
	private volatile int steps;

	private volatile boolean givenUp;

	/** Where it waits for a worker, 0 when it has left the line. */
	private volatile int place;

	private long waitingSince;

	/** How it was settled, once that is known: whether it was ours, or the failure. */
	private volatile @Nullable Object end;

	/** Made when somebody wants to know. */
	private volatile @Nullable CompletableFuture<Boolean> outcome;

	public InFlight(Delivery delivery, Holder holder, long now) {
		this.delivery = delivery;
		this.holder = holder;
		this.renewedAt = now;
	}

	public Delivery delivery() {
		return this.delivery;
	}

	public Holder holder() {
		return this.holder;
	}

	/** When others last were told that this delivery is alive, as {@code nanoTime}. */
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
		return this.lost;
	}

	public void markLost() {
		this.lost = true;
	}

	/** A worker begins to handle it. */
	void markBegun() {
		this.begun = true;
	}

	public boolean isBegun() {
		return this.begun;
	}

	/** No worker has anything to do with it any more. */
	public void markFinished() {
		this.finished = true;
	}

	public boolean isFinished() {
		return this.finished;
	}

	/** Gives its room to the next one; returns whether this is the first time. */
	public boolean giveRoom() {
		return take(ROOM_GIVEN);
	}

	/** Is held no longer; returns whether this is the first time. */
	public boolean release() {
		return take(RELEASED);
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

	/** Whether its call ignores the end of its time, so that others may have it. */
	public boolean isGivenUp() {
		return this.givenUp;
	}

	/** Renews it no more, so that it is delivered again when its lease has ended. */
	void giveUp() {
		this.givenUp = true;
	}

	/** When it joined the line for a worker, as {@code nanoTime}. */
	public long waitingSince() {
		return this.waitingSince;
	}

	/**
	 * Begins to wait.
	 * @param place where, not 0
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

	/** How many consumers had it, and died or were stopped before it ended. */
	private long deaths() {
		return this.delivery.deliveryCount() - 1 - this.delivery.failureCount();
	}

	public boolean isAbandoned() {
		return deaths() > 0;
	}

	/** Whether it may be what kills its consumers. */
	public boolean isSuspect() {
		return deaths() > 1;
	}

	@Override
	public CompletableFuture<Boolean> acknowledge() {
		acknowledgeQuietly();
		return outcome();
	}

	/** The way of most messages: nobody wants to know how it ended. */
	void acknowledgeQuietly() {
		if (begin()) {
			this.holder.settling().acknowledge(this);
		}
	}

	@Override
	public CompletableFuture<Boolean> retry(Duration after) {
		Assert.isTrue(after != null && !after.isNegative(), "Retry after a duration that is not negative");
		return settleOnce(() -> this.holder.settling().retry(this.delivery, Duration.ofMillis(Backoff.millis(after))));
	}

	/** Hands back what was begun and did not end, which is no failure. */
	CompletableFuture<Boolean> returnUnfinished() {
		return settleOnce(() -> this.holder.settling().release(this.delivery));
	}

	@Override
	public CompletableFuture<Boolean> deadLetter(String reason) {
		Assert.hasText(reason, "A dead letter has a reason");
		return deadLetter(new DeadLetter(DeadLetter.Reason.REJECTED, this.holder.listenerId(), reason, null));
	}

	CompletableFuture<Boolean> deadLetter(DeadLetter letter) {
		return settleOnce(() -> this.holder.settling().deadLetter(this.delivery, letter));
	}

	public boolean isSettled() {
		return (this.steps & SETTLING) != 0;
	}

	private CompletableFuture<Boolean> settleOnce(Supplier<CompletableFuture<Boolean>> settlement) {
		if (begin()) {
			settlement.get().whenComplete((ours, failure) -> {
				this.holder.settled(this);
				end((failure != null) ? failure : ours);
			});
		}
		return outcome();
	}

	/**
	 * From here on it counts as settled: what is told to Redis next may come back as
	 * another delivery before that call returns.
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

	private void end(@Nullable Object end) {
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
		this.holder.settling().acknowledged(this, ours, null);
		this.holder.settled(this);
		end(ours);
	}

	@Override
	public void failed(Throwable failure) {
		this.holder.settling().acknowledged(this, false, failure);
		this.holder.settled(this);
		end(failure);
	}

	/** Brought a delivery here, and counts it until it has ended. Thread-safe. */
	public interface Holder {

		String listenerId();

		/** Makes sure that a delivery still is ours before it is begun. */
		boolean confirm(InFlight work);

		/** A worker is done with it, whatever came of it. */
		void finished(InFlight work);

		/** It is settled, or was not ours, or can't be settled. */
		void settled(InFlight work);

		/**
		 * Hands deliveries back to Redis that nothing was done with.
		 * @param unread the deliveries
		 * @return whether that is possible; otherwise they are to be handled
		 */
		default boolean giveBack(List<InFlight> unread) {
			return false;
		}

		Settling settling();

	}

	/** Ends deliveries and reports how that went. Thread-safe. */
	public interface Settling {

		/** Has it acknowledged, which tells it how that ended. */
		void acknowledge(InFlight work);

		/** It was acknowledged, or was not ours, or can't be acknowledged. */
		void acknowledged(InFlight work, boolean ours, @Nullable Throwable failure);

		CompletableFuture<Boolean> retry(Delivery delivery, Duration after);

		CompletableFuture<Boolean> release(Delivery delivery);

		CompletableFuture<Boolean> deadLetter(Delivery delivery, DeadLetter letter);

	}

}
