package io.redisbroker.engine.settlement;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.redisbroker.failure.RedisErrorException;
import io.redisbroker.retry.Backoff;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.RedisConnectionFailureException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class CoalescerTests {

	private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

	private final List<Sent> commands = new ArrayList<>();

	private final List<Throwable> refused = new CopyOnWriteArrayList<>();

	private final AtomicInteger accepted = new AtomicInteger();

	private final Refusals refusals = new Refusals() {

		@Override
		public void refused(Object settler, Throwable failure) {
			CoalescerTests.this.refused.add(failure);
		}

		@Override
		public void accepted(Object settler) {
			CoalescerTests.this.accepted.incrementAndGet();
		}

	};

	private final Coalescer<String> coalescer = new Coalescer<>(this.timer,
			new Backoff(Duration.ofMillis(5), 2, Duration.ofMillis(20), 0), this.refusals, this::command);

	@AfterEach
	void stopTimer() {
		this.timer.shutdownNow();
	}

	private synchronized CompletableFuture<Set<String>> command(List<String> items, boolean repeated) {
		Sent sent = new Sent(items, repeated, new CompletableFuture<>());
		this.commands.add(sent);
		return sent.answer();
	}

	private synchronized Sent command(int index) {
		return this.commands.get(index);
	}

	private synchronized int commands() {
		return this.commands.size();
	}

	@Test
	void sendsAtOnceWhileNoCommandIsInFlight() {
		this.coalescer.submit("a");
		assertThat(command(0).items()).containsExactly("a");
		command(0).answer().complete(Set.of());
		this.coalescer.submit("b");
		assertThat(command(1).items()).containsExactly("b");
	}

	@Test
	void sendsTogetherWhatComesWhileACommandIsInFlight() {
		this.coalescer.submit("a");
		IntStream.range(0, 10).forEach((i) -> this.coalescer.submit("b" + i));
		assertThat(commands()).isOne();
		command(0).answer().complete(Set.of());
		assertThat(commands()).isEqualTo(2);
		assertThat(command(1).items()).hasSize(10).startsWith("b0", "b1").endsWith("b9");
	}

	@Test
	void goesOnAfterAnError() {
		Coalescer<String> broken = new Coalescer<>(this.timer, new Backoff(Duration.ZERO, 1, Duration.ZERO, 0),
				Refusals.NONE, (items, repeated) -> {
					if (items.contains("large")) {
						throw new NoClassDefFoundError("as asked");
					}
					return CompletableFuture.completedFuture(Set.of());
				});
		assertThat(broken.submit("large")).isCompletedExceptionally();
		assertThat(broken.submit("small")).isCompletedWithValue(true);
		assertThat(broken.settled()).isCompleted();
	}

	@Test
	void sendsNoMoreAtOnceThanALuaScriptTakes() {
		this.coalescer.submit("first");
		IntStream.range(0, 2500).forEach((i) -> this.coalescer.submit("n" + i));
		for (int i = 0; i < 4; i++) {
			command(i).answer().complete(Set.of());
		}
		assertThat(this.commands).extracting((sent) -> sent.items().size()).containsExactly(1, 1000, 1000, 500);
	}

	@Test
	void tellsEachItemWhetherItWasOurs() {
		this.coalescer.submit("first");
		CompletableFuture<Boolean> ours = this.coalescer.submit("ours");
		CompletableFuture<Boolean> lost = this.coalescer.submit("lost");
		command(0).answer().complete(Set.of());
		assertThat(ours).isNotDone();
		command(1).answer().complete(Set.of("lost"));
		assertThat(ours).isCompletedWithValue(true);
		assertThat(lost).isCompletedWithValue(false);
	}

	@Test
	void repeatsACommandUntilRedisAnswersAndKeepsTheOthersWaiting() {
		CompletableFuture<Boolean> outcome = this.coalescer.submit("a");
		this.coalescer.submit("b");
		command(0).answer().completeExceptionally(new RedisConnectionFailureException("gone"));
		await().until(() -> commands() == 2);
		command(1).answer().completeExceptionally(new RedisErrorException("LOADING dataset"));
		await().until(() -> commands() == 3);
		assertThat(command(1).items()).containsExactly("a");
		assertThat(command(2).items()).containsExactly("a");
		assertThat(outcome).isNotDone();
		command(2).answer().complete(Set.of());
		assertThat(outcome).isCompletedWithValue(true);
		assertThat(command(3).items()).containsExactly("b");
		assertThat(this.commands).extracting(Sent::repeated).containsExactly(false, true, true, false);
	}

	@Test
	void repeatsACommandThatRedisRefusesUntilItIsAllowed() {
		CompletableFuture<Boolean> refused = this.coalescer.submit("a");
		RedisErrorException error = new RedisErrorException("NOPERM no permission");
		command(0).answer().completeExceptionally(error);
		await().until(() -> commands() == 2);
		assertThat(refused).isNotDone();
		assertThat(this.refused).containsExactly(error);
		assertThat(this.accepted).hasValue(0);
		command(1).answer().complete(Set.of());
		assertThat(refused).isCompletedWithValue(true);
		assertThat(this.accepted).hasValue(1);
	}

	@Test
	void tellsTheOutcomeOfTheOthersWhenOneCantTakeItsOwn() {
		this.coalescer.submit("first");
		this.coalescer.submit("throws", new Outcome() {

			@Override
			public void settled(boolean ours) {
				throw new NoClassDefFoundError("as asked");
			}

			@Override
			public void failed(Throwable failure) {
			}

		});
		CompletableFuture<Boolean> other = this.coalescer.submit("other");
		command(0).answer().complete(Set.of());
		command(1).answer().complete(Set.of());
		assertThat(other).isCompletedWithValue(true);
		this.coalescer.submit("next");
		assertThat(command(2).items()).containsExactly("next");
	}

	@Test
	void isSettledWhenWhatWasSubmittedBeforeIsAnswered() {
		assertThat(this.coalescer.settled()).isCompleted();
		this.coalescer.submit("a");
		this.coalescer.submit("b");
		CompletableFuture<Void> settled = this.coalescer.settled();
		command(0).answer().complete(Set.of());
		this.coalescer.submit("c");
		assertThat(settled).isNotDone();
		command(1).answer().complete(Set.of());
		assertThat(settled).isCompleted();
		assertThat(this.coalescer.settled()).isNotDone();
		command(2).answer().complete(Set.of());
		assertThat(this.coalescer.settled()).isCompleted();
	}

	@Test
	void isSettledOnlyAfterARepetitionGotThrough() {
		this.coalescer.submit("a");
		CompletableFuture<Void> settled = this.coalescer.settled();
		command(0).answer().completeExceptionally(new RedisConnectionFailureException("gone"));
		await().until(() -> commands() == 2);
		assertThat(settled).isNotDone();
		command(1).answer().complete(Set.of());
		assertThat(settled).isCompleted();
	}

	private record Sent(List<String> items, boolean repeated, CompletableFuture<Set<String>> answer) {
	}

}
