package io.redisbroker.engine.settlement;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.redisbroker.client.Failures;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.message.Delivery;
import io.redisbroker.retry.Backoff;

/**
 * Writes dead letters of one source until Redis takes them. While Redis refuses, one
 * letter after the other is tried, with backoff, and new ones wait; a letter that alone
 * is refused holds up no other. Bounded: beyond {@value #MOST} letters in memory a new
 * one fails. Thread-safe.
 */
final class LetterWriter {

	static final int MOST = 10_000;

	private final Writing writing;

	private final ScheduledExecutorService timer;

	private final Supplier<Refusals> refusals;

	private final Predicate<Throwable> isRepeated;

	private final Set<Letter> unwritten = ConcurrentHashMap.newKeySet();

	private final Deque<Letter> refused = new ArrayDeque<>();

	/** The last letter that was tried for the first time was refused. */
	private boolean outage;

	private boolean waiting;

	private int attempt;

	/** How many letters were refused and are not written yet. */
	private int refusedOnce;

	LetterWriter(Writing writing, ScheduledExecutorService timer, Supplier<Refusals> refusals) {
		this(writing, timer, refusals, Refusals::isRefusal);
	}

	LetterWriter(Writing writing, ScheduledExecutorService timer, Supplier<Refusals> refusals,
			Predicate<Throwable> isRepeated) {
		this.isRepeated = isRepeated;
		this.writing = writing;
		this.timer = timer;
		this.refusals = refusals;
	}

	/**
	 * Writes a dead letter.
	 * @return whether the delivery was ours; exceptionally when the letter can't be
	 * written at all
	 */
	CompletableFuture<Boolean> write(Delivery delivery, DeadLetter reason) {
		if (this.unwritten.size() >= MOST) {
			return CompletableFuture.failedFuture(new IllegalStateException("Redis takes no dead letters, and " + MOST
					+ " wait for it already. Mend Redis, whose error is in the log"));
		}
		Letter letter = new Letter(delivery, reason);
		this.unwritten.add(letter);
		letter.outcome.whenComplete((ours, failure) -> this.unwritten.remove(letter));
		if (!queue(letter)) {
			attempt(letter);
		}
		return letter.outcome;
	}

	CompletableFuture<Void> settled() {
		return CompletableFuture
			.allOf(this.unwritten.stream().map((letter) -> letter.outcome).toArray(CompletableFuture[]::new))
			.exceptionally((failure) -> null);
	}

	/** Lets a letter wait while Redis takes none. */
	private synchronized boolean queue(Letter letter) {
		if (this.outage) {
			// before letters that may be refused for a reason of their own
			this.refused.addFirst(letter);
		}
		return this.outage;
	}

	private void attempt(Letter letter) {
		boolean repeated = letter.tried;
		letter.tried = true;
		CompletableFuture<Boolean> written;
		try {
			written = this.writing.write(letter.delivery, letter.reason, repeated);
		}
		catch (Throwable ex) {
			written = CompletableFuture.failedFuture(ex);
		}
		written.whenComplete((ours, failure) -> {
			if (failure == null) {
				letter.outcome.complete(ours);
				tryOthers(letter);
			}
			else if (!this.isRepeated.test(failure)) {
				letter.outcome.completeExceptionally(unwrapped(failure));
				tryOthers(letter);
			}
			else if (!isKept(letter, failure, repeated)) {
				letter.outcome.completeExceptionally(unwrapped(failure));
			}
		});
	}

	/** Redis no longer refuses all letters. */
	private void tryOthers(Letter ended) {
		List<Letter> others = List.of();
		boolean allAccepted;
		synchronized (this) {
			if (this.outage || ended.isRefused) {
				this.outage = false;
				others = new ArrayList<>(this.refused);
				this.refused.clear();
				this.attempt = 0;
			}
			allAccepted = ended.isRefused && --this.refusedOnce == 0;
		}
		if (allAccepted) {
			this.refusals.get().accepted(this);
		}
		others.forEach(this::attempt);
	}

	/** Keeps a letter for later, unless the application ends. */
	private synchronized boolean isKept(Letter letter, Throwable failure, boolean repeated) {
		this.refusals.get().refused(this, failure);
		this.refused.add(letter);
		if (!letter.isRefused) {
			letter.isRefused = true;
			this.refusedOnce++;
		}
		this.outage |= !repeated;
		if (this.waiting) {
			return true;
		}
		Backoff pauses = Failures.isTransient(failure) ? Backoff.RECONNECT : Refusals.BACKOFF;
		try {
			this.timer.schedule(this::tryOne, pauses.delay(++this.attempt).toMillis(), TimeUnit.MILLISECONDS);
			this.waiting = true;
			return true;
		}
		catch (RejectedExecutionException ex) {
			// the application ends
			this.refused.remove(letter);
			return false;
		}
	}

	private void tryOne() {
		Letter next;
		synchronized (this) {
			this.waiting = false;
			next = this.refused.poll();
		}
		if (next != null) {
			attempt(next);
		}
	}

	private static Throwable unwrapped(Throwable failure) {
		Throwable cause = Failures.unwrap(failure);
		return (cause != null) ? cause : failure;
	}

	/** Writes a dead letter in the way of a transport. */
	interface Writing {

		/**
		 * Writes a dead letter.
		 * @param delivery the delivery
		 * @param letter the reason
		 * @param repeated whether it was tried before; then that try may have settled a
		 * delivery that is gone
		 * @return whether the delivery was ours
		 */
		CompletableFuture<Boolean> write(Delivery delivery, DeadLetter letter, boolean repeated);

	}

	private static final class Letter {

		private final Delivery delivery;

		private final DeadLetter reason;

		private final CompletableFuture<Boolean> outcome = new CompletableFuture<>();

		private boolean tried;

		private boolean isRefused;

		Letter(Delivery delivery, DeadLetter reason) {
			this.delivery = delivery;
			this.reason = reason;
		}

	}

}
