package io.redisbroker.listener;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.redisbroker.client.RedisErrorException;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Renews from time to time what a loop holds, and then has it look for what others left:
 * in this order, so that this process never takes over what it holds itself.
 */
final class KeepAlive {

	private static final long SHORTEST_TICK = 20;

	private static final long LONGEST_TICK = 5000;

	/** After renewing or looking failed because Redis can't be reached. */
	private static final long TICK_AGAIN = 100;

	private final RepeatedFailure renewFailure;

	private final HeldDeliveries held;

	private final ScheduledExecutorService timer;

	private final Runnable afterwards;

	private final AtomicBoolean soon = new AtomicBoolean();

	private @Nullable ScheduledFuture<?> ticks;

	private volatile boolean ended;

	/**
	 * Creates what is to be started.
	 * @param listenerId for log lines
	 * @param held what is renewed
	 * @param timer has it done again and again
	 * @param afterwards called when all is renewed
	 */
	KeepAlive(String listenerId, HeldDeliveries held, ScheduledExecutorService timer, Runnable afterwards) {
		this.renewFailure = new RepeatedFailure(Level.ERROR,
				"Listener '" + listenerId + "' can't renew what it holds; others will take it over");
		this.held = held;
		this.timer = timer;
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

	/** Does it at once. */
	void now() {
		// started by a stage, so that nothing thrown here ends the repetition
		CompletableFuture.completedFuture(null)
			.thenCompose((nothing) -> this.held.renew())
			.whenComplete((nothing, failure) -> {
				if (failure != null) {
					this.renewFailure.failed(failure);
					againIfTransient(failure);
				}
				else {
					this.renewFailure.succeeded();
					this.afterwards.run();
				}
			});
	}

	/** Does it again soon if that may succeed. */
	void againIfTransient(Throwable failure) {
		if (!this.ended && RedisErrorException.isTransient(failure) && this.soon.compareAndSet(false, true)) {
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
