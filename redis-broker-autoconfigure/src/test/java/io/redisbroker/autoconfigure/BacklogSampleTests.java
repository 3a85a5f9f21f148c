package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import io.redisbroker.admin.Backlog;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BacklogSample}.
 */
class BacklogSampleTests {

	private static final Backlog BACKLOG = new Backlog(1L, 2, 3, Duration.ZERO);

	private final List<CompletableFuture<Map<String, Backlog>>> questions = new ArrayList<>();

	private final AtomicBoolean silent = new AtomicBoolean();

	@Test
	void asksOnceInAnInterval() {
		BacklogSample sample = sample(Duration.ofMinutes(1), answered());
		assertThat(sample.get("orders")).isSameAs(BACKLOG);
		assertThat(sample.get("orders")).isSameAs(BACKLOG);
		assertThat(sample.get("refunds")).isNull();
		assertThat(this.questions).hasSize(1);
	}

	@Test
	void asksAgainWhenTheIntervalIsOver() {
		BacklogSample sample = sample(Duration.ZERO, answered());
		sample.get("orders");
		sample.get("orders");
		assertThat(this.questions).hasSize(2);
	}

	@Test
	void waitsForASilentRedisOnceForAllSamplesAndTellsNothing() {
		BacklogSample one = sample(Duration.ZERO, new CompletableFuture<>());
		long begin = System.nanoTime();
		assertThat(one.get("orders")).isNull();
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
		BacklogSample other = sample(Duration.ZERO, new CompletableFuture<>());
		begin = System.nanoTime();
		for (int i = 0; i < 1000; i++) {
			assertThat(one.get("orders")).isNull();
			assertThat(other.get("orders")).isNull();
		}
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(100));
		assertThat(this.questions).hasSize(2);
	}

	@Test
	void tellsWhatComesLate() {
		CompletableFuture<Map<String, Backlog>> late = new CompletableFuture<>();
		BacklogSample sample = sample(Duration.ofMinutes(1), late);
		assertThat(sample.get("orders")).isNull();
		late.complete(Map.of("orders", BACKLOG));
		assertThat(sample.get("orders")).isSameAs(BACKLOG);
		assertThat(this.silent).isFalse();
	}

	@Test
	void tellsNothingAfterAFailure() {
		List<CompletableFuture<Map<String, Backlog>>> answers = new ArrayList<>(
				List.of(answered(), CompletableFuture.failedFuture(new IllegalStateException("gone"))));
		BacklogSample sample = new BacklogSample(() -> answers.remove(0), Duration.ZERO, this.silent);
		assertThat(sample.get("orders")).isSameAs(BACKLOG);
		assertThat(sample.get("orders")).isNull();
		assertThat(this.silent).isTrue();
	}

	private BacklogSample sample(Duration interval, CompletableFuture<Map<String, Backlog>> answer) {
		return new BacklogSample(() -> {
			this.questions.add(answer);
			return answer;
		}, interval, this.silent);
	}

	private static CompletableFuture<Map<String, Backlog>> answered() {
		return CompletableFuture.completedFuture(Map.of("orders", BACKLOG));
	}

}
