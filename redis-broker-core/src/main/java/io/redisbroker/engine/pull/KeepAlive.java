package io.redisbroker.engine.pull;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.redisbroker.client.Failures;
import io.redisbroker.engine.worker.Troubles;
import io.redisbroker.listener.ListenerProblem;
import org.jspecify.annotations.Nullable;

/**
 * Renews from time to time the deliveries that a loop holds, and then has it look for
 * those that others left: in this order, so that this process never reclaims a delivery
 * that it holds itself.
 */
final class KeepAlive {

	private static final long SHORTEST_TICK = 20;

	private static final long LONGEST_TICK = 5000;

	/** After renewing or looking failed because Redis can't be reached. */
	private static final long TICK_AGAIN = 100;

	private final HeldDeliveries held;

	private final ScheduledExecutorService timer;

	private final Troubles troubles;

	private final Runnable afterwards;

	private final AtomicBoolean soon = new AtomicBoolean();

	private final AtomicBoolean renewing = new AtomicBoolean();

	private @Nullable ScheduledFuture<?> ticks;

	private volatile boolean ended;

	/**
	 * Creates what is to be started.
	 * @param held the deliveries that are renewed
	 * @param timer has it done again and again
	 * @param troubles is told of renewals that fail
	 * @param afterwards called when all is renewed
	 */
	KeepAlive(HeldDeliveries held, ScheduledExecutorService timer, Troubles troubles, Runnable afterwards) {
		this.held = held;
		this.timer = timer;
		this.troubles = troubles;
		this.afterwards = afterwards;
	}

	/**
	 * Begins, unless it has begun.
	 * @param lease how long a delivery may go without renewal
	 */
	synchronized void start(Duration lease) {
		if (this.ticks == null && !this.ended) {
			long period = Math.max(SHORTEST_TICK, Math.min(LONGEST_TICK, lease.toMillis() / 6));
			this.ticks = this.timer.scheduleWithFixedDelay(this::now, period, period, TimeUnit.MILLISECONDS);
		}
	}

	/** Does it at once, unless it is under way: a slow Redis gets no more than one. */
	void now() {
		if (this.ended || !this.renewing.compareAndSet(false, true)) {
			return;
		}
		// started by a stage, so that nothing thrown here ends the repetition
		CompletableFuture.completedFuture(null)
			.thenCompose((nothing) -> this.held.renew())
			.whenComplete((nothing, failure) -> {
				this.renewing.set(false);
				if (failure != null) {
					this.troubles.failed(ListenerProblem.Kind.RENEW, failure);
					againIfTransient(failure);
				}
				else {
					this.troubles.succeeded(ListenerProblem.Kind.RENEW);
					this.afterwards.run();
				}
			});
	}

	/** Does it again soon if that may succeed. */
	void againIfTransient(Throwable failure) {
		if (!this.ended && Failures.isTransient(failure) && this.soon.compareAndSet(false, true)) {
			this.timer.schedule(() -> {
				this.soon.set(false);
				now();
			}, TICK_AGAIN, TimeUnit.MILLISECONDS);
		}
	}

	/** Ends it for good. */
	synchronized void end() {
		this.ended = true;
		if (this.ticks != null) {
			this.ticks.cancel(false);
		}
	}

}
