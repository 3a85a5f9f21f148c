package io.redisbroker.engine.worker;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.redisbroker.retry.Backoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets threads for the workers of a listener. While the executor refuses, it is asked
 * again with backoff, and that is logged once. Thread-safe.
 */
final class WorkerThreads {

	private static final Logger logger = LoggerFactory.getLogger(WorkerThreads.class);

	private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), 2, Duration.ofSeconds(1), 0);

	/** An executor may refuse now and then, when others use it too. */
	private static final long LOG_INTERVAL = TimeUnit.MINUTES.toNanos(1);

	private final String listenerId;

	private final Executor executor;

	private final ScheduledExecutorService timer;

	private final Runnable again;

	private final AtomicInteger refusals = new AtomicInteger();

	private final AtomicBoolean asking = new AtomicBoolean();

	private boolean logged;

	private long loggedAt;

	/**
	 * Creates the threads of a listener.
	 * @param listenerId for log lines
	 * @param executor has the threads
	 * @param timer asks again later
	 * @param again called then, to start the workers that are needed
	 */
	WorkerThreads(String listenerId, Executor executor, ScheduledExecutorService timer, Runnable again) {
		this.listenerId = listenerId;
		this.executor = executor;
		this.timer = timer;
		this.again = again;
	}

	/**
	 * Starts a worker.
	 * @param worker the worker
	 * @return whether it has a thread
	 */
	boolean start(Runnable worker) {
		try {
			this.executor.execute(worker);
		}
		catch (RuntimeException | Error ex) {
			refused(ex);
			return false;
		}
		if (this.refusals.get() > 0) {
			accepted();
		}
		return true;
	}

	private void refused(Throwable failure) {
		report(failure);
		if (this.asking.compareAndSet(false, true)) {
			try {
				this.timer.schedule(this::askAgain, BACKOFF.delay(this.refusals.incrementAndGet()).toMillis(),
						TimeUnit.MILLISECONDS);
			}
			catch (RejectedExecutionException ex) {
				logger.debug("Listener '{}' asks for no more threads: the application ends", this.listenerId, ex);
			}
		}
	}

	private void askAgain() {
		this.asking.set(false);
		this.again.run();
	}

	private synchronized void report(Throwable failure) {
		long now = System.nanoTime();
		if (!this.logged && (this.loggedAt == 0 || now - this.loggedAt > LOG_INTERVAL)) {
			this.logged = true;
			this.loggedAt = now;
			logger.error(
					"Listener '{}' gets no thread from its executor ({}). Its messages wait, and it asks again every "
							+ "second. Give the executor as many threads as its listeners' concurrency",
					this.listenerId, failure.getMessage(), failure);
		}
	}

	private synchronized void accepted() {
		this.refusals.set(0);
		if (this.logged) {
			this.logged = false;
			logger.info("Listener '{}' has a thread again", this.listenerId);
		}
	}

}
