package io.redisbroker.settlement;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;

import io.redisbroker.client.RedisErrorException;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.message.Delivery;
import io.redisbroker.retry.Backoff;

/**
 * Writes dead letters until Redis answers, many at the same time. A letter that is
 * refused is no failure of those that were written beside it. Thread-safe.
 */
final class LetterWriter {

	private final Writing writing;

	private final Coalescer<Letter> letters;

	LetterWriter(Writing writing, ScheduledExecutorService timer) {
		this.writing = writing;
		this.letters = new Coalescer<>(timer, Backoff.RECONNECT, this::writeAll);
	}

	/** Returns whether the delivery was ours; exceptionally when Redis refused. */
	CompletableFuture<Boolean> write(Delivery delivery, DeadLetter letter) {
		Letter written = new Letter(delivery, letter, new CompletableFuture<>());
		this.letters.submit(written).exceptionally((failure) -> {
			written.outcome().completeExceptionally(failure);
			return false;
		});
		return written.outcome();
	}

	CompletableFuture<Void> settled() {
		return this.letters.settled();
	}

	/** Fails where some are to be tried again. */
	private CompletableFuture<Set<Letter>> writeAll(List<Letter> batch, boolean repeated) {
		return CompletableFuture
			.allOf(batch.stream()
				.filter((letter) -> !letter.outcome().isDone())
				.map((letter) -> write(letter, repeated))
				.toArray(CompletableFuture[]::new))
			.thenApply((nothing) -> Set.of());
	}

	private CompletableFuture<Boolean> write(Letter letter, boolean repeated) {
		CompletableFuture<Boolean> written;
		try {
			written = this.writing.write(letter.delivery(), letter.letter(), repeated);
		}
		catch (Throwable ex) {
			written = CompletableFuture.failedFuture(ex);
		}
		return written.whenComplete((ours, failure) -> {
			if (failure == null) {
				letter.outcome().complete(ours);
			}
			else if (!RedisErrorException.isTransient(failure)) {
				letter.outcome().completeExceptionally(failure);
			}
		})
			.exceptionallyCompose((failure) -> RedisErrorException.isTransient(failure)
					? CompletableFuture.failedFuture(failure) : CompletableFuture.completedFuture(false));
	}

	/** How a transport writes one. */
	interface Writing {

		/**
		 * Writes a dead letter.
		 * @param delivery the delivery
		 * @param letter why
		 * @param repeated whether it was tried before, when what is gone may be its own
		 * work
		 * @return whether the delivery was ours
		 */
		CompletableFuture<Boolean> write(Delivery delivery, DeadLetter letter, boolean repeated);

	}

	private record Letter(Delivery delivery, DeadLetter letter, CompletableFuture<Boolean> outcome) {
	}

}
