package io.redisbroker.engine.settlement;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.engine.write.Envelope;
import io.redisbroker.message.Delivery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.RedisConnectionFailureException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Letters that are written together are refused, lost or tried again each by itself.
 */
class LetterWriterTests {

	private static final DeadLetter WHY = new DeadLetter(DeadLetter.Reason.REJECTED, "listener", null, null);

	private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

	private final List<String> tries = new CopyOnWriteArrayList<>();

	private final CompletableFuture<Boolean> first = new CompletableFuture<>();

	private final LetterWriter writer = new LetterWriter(this::answer, this.timer, () -> Refusals.NONE);

	@AfterEach
	void stopTimer() {
		this.timer.shutdownNow();
	}

	private CompletableFuture<Boolean> answer(Delivery delivery, DeadLetter letter, boolean repeated) {
		this.tries.add(delivery.id() + (repeated ? " again" : ""));
		return switch (delivery.id()) {
			case "first" -> this.first;
			case "refused" -> CompletableFuture.failedFuture(new IllegalStateException("WRONGTYPE"));
			case "throws" -> throw new IllegalStateException("no fields");
			case "lost" -> CompletableFuture.completedFuture(false);
			case "unreachable" -> repeated ? CompletableFuture.completedFuture(true)
					: CompletableFuture.failedFuture(new RedisConnectionFailureException("gone"));
			default -> CompletableFuture.completedFuture(true);
		};
	}

	private CompletableFuture<Boolean> write(String id) {
		return this.writer.write(new Delivery("orders", id, 1, Envelope.decode(new byte[0])), WHY);
	}

	@Test
	void eachHasAnOutcomeOfItsOwn() {
		CompletableFuture<Boolean> first = write("first");
		CompletableFuture<Boolean> written = write("written");
		CompletableFuture<Boolean> refused = write("refused");
		CompletableFuture<Boolean> throwing = write("throws");
		CompletableFuture<Boolean> lost = write("lost");
		CompletableFuture<Boolean> unreachable = write("unreachable");
		this.first.complete(true);
		await().until(() -> this.writer.settled().isDone());
		assertThat(first).isCompletedWithValue(true);
		assertThat(written).isCompletedWithValue(true);
		assertThat(refused).isCompletedExceptionally();
		assertThat(throwing).isCompletedExceptionally();
		assertThat(lost).isCompletedWithValue(false);
		assertThat(unreachable).isCompletedWithValue(true);
		assertThat(this.tries).as("only letters that Redis has not answered are tried again")
			.containsExactly("first", "written", "refused", "throws", "lost", "unreachable", "unreachable again");
	}

}
