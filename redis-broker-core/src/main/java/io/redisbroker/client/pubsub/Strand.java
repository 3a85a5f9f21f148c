package io.redisbroker.client.pubsub;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only thread that changes the state of subscriptions. A step that fails ends neither
 * the thread nor the repetition of steps. Thread-safe.
 */
final class Strand {

	private static final Logger logger = LoggerFactory.getLogger(Strand.class);

	private final ScheduledThreadPoolExecutor executor;

	Strand(ThreadFactory threads) {
		this.executor = new ScheduledThreadPoolExecutor(1, threads);
		this.executor.setRemoveOnCancelPolicy(true);
	}

	/** Runs a step; returns {@code false} once the strand is closed. */
	boolean execute(Runnable step) {
		try {
			this.executor.execute(guarded(step));
			return true;
		}
		catch (RejectedExecutionException ex) {
			return false;
		}
	}

	void later(Duration pause, Runnable step) {
		this.executor.schedule(guarded(step), pause.toMillis(), TimeUnit.MILLISECONDS);
	}

	ScheduledFuture<?> repeat(Duration period, Runnable step) {
		return this.executor.scheduleWithFixedDelay(guarded(step), period.toNanos(), period.toNanos(),
				TimeUnit.NANOSECONDS);
	}

	/** Waits a second at most for the step that runs. */
	void close() throws InterruptedException {
		this.executor.shutdownNow();
		this.executor.awaitTermination(1, TimeUnit.SECONDS);
	}

	private Runnable guarded(Runnable step) {
		return () -> {
			try {
				step.run();
			}
			catch (Throwable ex) {
				if (!this.executor.isShutdown()) {
					logger.error("A step of the subscriptions failed; the next reconciliation repairs their state", ex);
				}
			}
		};
	}

}
