package io.redisbroker.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Lets uses of a resource wait until it is there, and then runs them in the order of
 * their arrival. A use that fails here has sent nothing. Thread-safe.
 *
 * @param <C> the resource
 */
final class Gate<C> {

	private final Executor executor;

	private volatile @Nullable C open;

	private final List<Waiting<C, ?>> waiting = new ArrayList<>();

	/**
	 * Creates a gate, closed.
	 * @param executor where to tell of failures
	 */
	Gate(Executor executor) {
		this.executor = executor;
	}

	@Nullable C value() {
		return this.open;
	}

	/**
	 * Uses it now, or as soon as it is there.
	 * @param <R> the result
	 * @param deadline until when to wait for it, as {@code nanoTime}
	 * @param use the use
	 * @return the result of the use
	 */
	<R> CompletableFuture<R> use(long deadline, Function<C, CompletableFuture<R>> use) {
		C value = this.open;
		return (value != null) ? apply(use, value) : useLater(deadline, use);
	}

	private <R> CompletableFuture<R> useLater(long deadline, Function<C, CompletableFuture<R>> use) {
		synchronized (this) {
			C value = this.open;
			if (value != null) {
				return apply(use, value);
			}
			Waiting<C, R> one = new Waiting<>(deadline, use, new CompletableFuture<>());
			this.waiting.add(one);
			return one.result();
		}
	}

	private static <C, R> CompletableFuture<R> apply(Function<C, CompletableFuture<R>> use, C value) {
		try {
			return use.apply(value);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/** The resource is there: waiting uses run before later ones. */
	void open(C value) {
		List<Runnable> forwards = new ArrayList<>();
		synchronized (this) {
			this.waiting.forEach((each) -> forwards.add(each.begin(value)));
			this.waiting.clear();
			this.open = value;
		}
		forwards.forEach(Runnable::run);
	}

	/** From now on uses wait again. */
	void close() {
		this.open = null;
	}

	/** Fails all waiting uses. */
	void fail(Throwable cause) {
		fail((each) -> true, () -> cause);
	}

	/** Fails uses whose deadline is over. */
	void expire(long now, Supplier<Throwable> cause) {
		if (this.open == null) {
			fail((each) -> now - each.deadline() >= 0, cause);
		}
	}

	private void fail(Predicate<Waiting<C, ?>> which, Supplier<Throwable> cause) {
		List<Waiting<C, ?>> failed = new ArrayList<>();
		synchronized (this) {
			this.waiting.removeIf((each) -> which.test(each) && failed.add(each));
		}
		if (!failed.isEmpty()) {
			Throwable failure = cause.get();
			runEvenWhenStopped(() -> failed.forEach((each) -> each.result().completeExceptionally(failure)));
		}
	}

	/** Ends the wait at the deadline. */
	private void runEvenWhenStopped(Runnable task) {
		try {
			this.executor.execute(task);
		}
		catch (RejectedExecutionException ex) {
			task.run();
		}
	}

	static <R> void forward(CompletableFuture<R> from, CompletableFuture<R> to) {
		from.whenComplete((reply, failure) -> {
			if (failure != null) {
				to.completeExceptionally(failure);
			}
			else {
				to.complete(reply);
			}
		});
	}

	private record Waiting<C, R>(long deadline, Function<C, CompletableFuture<R>> use, CompletableFuture<R> result) {

		/** Completes results only after the lock is released. */
		Runnable begin(C value) {
			CompletableFuture<R> outcome = apply(this.use, value);
			return () -> forward(outcome, this.result);
		}

	}

}
