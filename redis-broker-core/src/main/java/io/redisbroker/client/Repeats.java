package io.redisbroker.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Repeats failed attempts after a pause, in the order in which they failed. Thread-safe.
 */
final class Repeats {

	private final Executor afterPause;

	private List<Runnable> waiting = new ArrayList<>();

	/**
	 * Creates one without attempts.
	 * @param afterPause runs a task when the pause is over
	 */
	Repeats(Executor afterPause) {
		this.afterPause = afterPause;
	}

	/**
	 * Makes an attempt after the pause.
	 * @param <T> the outcome
	 * @param attempt the attempt
	 * @return the outcome of the attempt
	 */
	<T> CompletableFuture<T> add(Supplier<CompletableFuture<T>> attempt) {
		CompletableFuture<T> outcome = new CompletableFuture<>();
		boolean first;
		synchronized (this) {
			first = this.waiting.isEmpty();
			this.waiting.add(() -> make(attempt, outcome));
		}
		if (first) {
			this.afterPause.execute(this::makeAll);
		}
		return outcome;
	}

	/** An attempt that fails at once waits for the next round. */
	private void makeAll() {
		List<Runnable> due;
		synchronized (this) {
			due = this.waiting;
			this.waiting = new ArrayList<>();
		}
		due.forEach(Runnable::run);
	}

	private static <T> void make(Supplier<CompletableFuture<T>> attempt, CompletableFuture<T> outcome) {
		try {
			forward(attempt.get(), outcome);
		}
		catch (RuntimeException | Error ex) {
			outcome.completeExceptionally(ex);
		}
	}

	static <T> void forward(CompletableFuture<T> from, CompletableFuture<T> to) {
		from.whenComplete((value, failure) -> {
			if (failure != null) {
				to.completeExceptionally(failure);
			}
			else {
				to.complete(value);
			}
		});
	}

}
