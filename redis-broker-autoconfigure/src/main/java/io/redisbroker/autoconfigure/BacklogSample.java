package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import io.redisbroker.admin.Backlog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The latest backlog of the sources of a listener. Asks Redis at most once in an
 * interval, and only when the backlog is read. The reader waits a moment for the answer,
 * as long as Redis answers: a Redis that does not answer costs that moment once. After a
 * failure the backlog is unknown until Redis answers again. Thread-safe.
 */
final class BacklogSample {

	private static final Logger logger = LoggerFactory.getLogger(BacklogSample.class);

	private static final long PATIENCE_MILLIS = 200;

	private final Supplier<CompletableFuture<Map<String, Backlog>>> question;

	private final long intervalNanos;

	private final AtomicBoolean silent;

	private CompletableFuture<?> answer = CompletableFuture.completedFuture(null);

	private long askedAt;

	private volatile Map<String, Backlog> told = Map.of();

	/**
	 * Creates a sample.
	 * @param question asks Redis
	 * @param interval how long an answer is good for
	 * @param silent whether Redis does not answer, which all samples share
	 */
	BacklogSample(Supplier<CompletableFuture<Map<String, Backlog>>> question, Duration interval, AtomicBoolean silent) {
		this.question = question;
		this.intervalNanos = interval.toNanos();
		this.silent = silent;
		this.askedAt = System.nanoTime() - this.intervalNanos;
	}

	/** Returns nothing where Redis has not told. */
	@Nullable Backlog get(String source) {
		CompletableFuture<?> current = current();
		if (!current.isDone() && !this.silent.get()) {
			await(current);
		}
		return this.told.get(source);
	}

	private synchronized CompletableFuture<?> current() {
		if (this.answer.isDone() && System.nanoTime() - this.askedAt >= this.intervalNanos) {
			this.askedAt = System.nanoTime();
			this.answer = this.question.get().whenComplete(this::answered);
		}
		return this.answer;
	}

	private void answered(@Nullable Map<String, Backlog> backlogs, @Nullable Throwable failure) {
		this.told = (backlogs != null) ? backlogs : Map.of();
		this.silent.set(failure != null);
		if (failure != null) {
			logger.debug("The backlog is unknown, since Redis does not answer", failure);
		}
	}

	private void await(CompletableFuture<?> current) {
		try {
			current.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			this.silent.set(true);
		}
		catch (ExecutionException ex) {
			logger.trace("Nothing to wait for", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
