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
 * Renews from time to time the deliveries that a loop holds, and then lets it reclaim
 * those of dead consumers: in this order, so that this process never reclaims a delivery
 * that it holds itself. Thread-safe.
 */
final class KeepAlive {

	private static final long SHORTEST_TICK = 20;

	private static final long LONGEST_TICK = 5000;

	/** After a renewal or a reclaim failed because Redis could not be reached. */
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
	 * Creates one that is not started.
	 * @param held the deliveries to renew
	 * @param timer for the repetition
	 * @param troubles is told of renewals that fail
	 * @param afterwards called when all are renewed
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

	/** Renews at once, unless a renewal is under way: a slow Redis gets no second one. */
	void now() {
		if (this.ended || !this.renewing.compareAndSet(false, true)) {
			return;
		}
		// started by a stage: an exception would end the repetition
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

	/** Renews again soon if that may succeed. */
	void againIfTransient(Throwable failure) {
		if (!this.ended && Failures.isTransient(failure) && this.soon.compareAndSet(false, true)) {
			this.timer.schedule(() -> {
				this.soon.set(false);
				now();
			}, TICK_AGAIN, TimeUnit.MILLISECONDS);
		}
	}

	/** Never renews again. */
	synchronized void end() {
		this.ended = true;
		if (this.ticks != null) {
			this.ticks.cancel(false);
		}
	}

}
