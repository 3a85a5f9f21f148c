package io.redisbroker.engine.settlement;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

import io.redisbroker.client.Failures;
import io.redisbroker.retry.Backoff;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns many small settlements into few commands, without a timer: an item that arrives
 * while no command is in flight leaves at once, items that arrive meanwhile leave
 * together when it is answered. A command that Redis refuses, or that gets no answer, is
 * repeated with backoff until Redis carries it out, so it must be safe to repeat. A
 * refused command holds up later items, so there is one coalescer for each source.
 * Thread-safe.
 *
 * @param <T> the items
 */
public final class Coalescer<T> {

	private static final Logger logger = LoggerFactory.getLogger(Coalescer.class);

	private final BiFunction<List<T>, Boolean, CompletableFuture<Set<T>>> command;

	private final ScheduledExecutorService timer;

	private final Backoff backoff;

	private final Refusals refusals;

	private final Deque<Entry<T>> waiting = new ArrayDeque<>();

	private boolean inFlight;

	private final Deque<Barrier> barriers = new ArrayDeque<>();

	private long submitted;

	private long answered;

	/**
	 * Creates a coalescer.
	 * @param timer for the pauses between repetitions
	 * @param backoff how long these pauses are
	 * @param refusals is told of each command that failed, and when one succeeds again
	 * @param command settles items and returns those that were not ours; is told whether
	 * it is repeated, because then it may have settled an item itself before
	 */
	public Coalescer(ScheduledExecutorService timer, Backoff backoff, Refusals refusals,
			BiFunction<List<T>, Boolean, CompletableFuture<Set<T>>> command) {
		this.timer = timer;
		this.backoff = backoff;
		this.refusals = refusals;
		this.command = command;
	}

	/**
	 * Settles one item, at once or with the next command.
	 * @param item the item
	 * @return whether it was ours; exceptionally when the command can't be sent at all
	 */
	public CompletableFuture<Boolean> submit(T item) {
		FutureOutcome outcome = new FutureOutcome();
		submit(item, outcome);
		return outcome;
	}

	/**
	 * Settles one item, at once or with the next command.
	 * @param item the item
	 * @param outcome is told whether it was ours
	 */
	public void submit(T item, Outcome outcome) {
		synchronized (this) {
			this.submitted++;
			this.waiting.add(new Entry<>(item, outcome));
			if (this.inFlight) {
				return;
			}
			this.inFlight = true;
		}
		next();
	}

	/**
	 * Waits until everything submitted so far is answered.
	 * @return completes when it is
	 */
	public synchronized CompletableFuture<Void> settled() {
		CompletableFuture<Void> settled = new CompletableFuture<>();
		if (this.answered == this.submitted) {
			settled.complete(null);
		}
		else {
			this.barriers.add(new Barrier(this.submitted, settled));
		}
		return settled;
	}

	private void next() {
		List<Entry<T>> batch;
		synchronized (this) {
			batch = new ArrayList<>(Math.min(ScriptLimits.MOST_DELIVERIES, this.waiting.size()));
			while (batch.size() < ScriptLimits.MOST_DELIVERIES && !this.waiting.isEmpty()) {
				batch.add(this.waiting.remove());
			}
			this.inFlight = !batch.isEmpty();
		}
		if (!batch.isEmpty()) {
			send(batch, 1);
		}
	}

	private void answered(int count) {
		List<CompletableFuture<Void>> reached = new ArrayList<>();
		synchronized (this) {
			this.answered += count;
			Barrier barrier;
			while ((barrier = this.barriers.peek()) != null && barrier.at() <= this.answered) {
				reached.add(this.barriers.remove().reached());
			}
		}
		reached.forEach((future) -> future.complete(null));
	}

	private void send(List<Entry<T>> batch, int attempt) {
		List<T> items = new ArrayList<>(batch.size());
		batch.forEach((entry) -> items.add(entry.item()));
		CompletableFuture<Set<T>> answer;
		try {
			answer = this.command.apply(items, attempt > 1);
		}
		catch (Throwable ex) {
			answer = CompletableFuture.failedFuture(ex);
		}
		answer.whenComplete((notOurs, failure) -> {
			if (failure != null && isRepeated(failure, batch, attempt)) {
				return;
			}
			if (failure == null && attempt > 1) {
				this.refusals.accepted(this);
			}
			complete(batch, notOurs, Failures.unwrap(failure));
			answered(batch.size());
			next();
		});
	}

	/** Repeats a command later, if that may help. */
	private boolean isRepeated(Throwable failure, List<Entry<T>> batch, int attempt) {
		if (!Refusals.isRefusal(failure)) {
			return false;
		}
		this.refusals.refused(this, failure);
		Backoff pauses = Failures.isTransient(failure) ? this.backoff : Refusals.BACKOFF;
		try {
			this.timer.schedule(() -> send(batch, attempt + 1), pauses.delay(attempt).toMillis(),
					TimeUnit.MILLISECONDS);
			return true;
		}
		catch (RejectedExecutionException ex) {
			// the application ends
			return false;
		}
	}

	private static <T> void complete(List<Entry<T>> batch, @Nullable Set<T> notOurs, @Nullable Throwable failure) {
		for (Entry<T> entry : batch) {
			try {
				if (failure != null) {
					entry.outcome().failed(failure);
				}
				else {
					entry.outcome().settled(notOurs == null || notOurs.isEmpty() || !notOurs.contains(entry.item()));
				}
			}
			catch (Throwable ex) {
				// otherwise no delivery of this source would ever be settled again
				logger.error("The outcome of a settlement could not be reported, and settling goes on", ex);
			}
		}
	}

	private record Entry<T>(T item, Outcome outcome) {
	}

	private static final class FutureOutcome extends CompletableFuture<Boolean> implements Outcome {

		@Override
		public void settled(boolean ours) {
			complete(ours);
		}

		@Override
		public void failed(Throwable failure) {
			completeExceptionally(failure);
		}

	}

	private record Barrier(long at, CompletableFuture<Void> reached) {
	}

}
