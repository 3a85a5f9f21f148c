package io.redisbroker.retry;

import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class BackoffTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	@Test
	void growsByTheMultiplierUpToTheLongestPause() {
		Backoff backoff = new Backoff(Duration.ofMillis(100), 3, SECOND, 0);
		assertThat(IntStream.rangeClosed(1, 5).mapToObj((attempt) -> backoff.delay(attempt).toMillis()))
			.containsExactly(100L, 300L, 900L, 1000L, 1000L);
	}

	@Test
	void staysAtTheLongestPauseHoweverManyAttemptsFail() {
		Backoff backoff = new Backoff(Duration.ofMillis(100), 2, SECOND, 0);
		assertThat(backoff.delay(100_000)).isEqualTo(SECOND);
		assertThat(backoff.delay(Long.MAX_VALUE)).isEqualTo(SECOND);
	}

	@Test
	void treatsAnAttemptBeforeTheFirstAsTheFirst() {
		assertThat(new Backoff(Duration.ofMillis(100), 2, SECOND, 0).delay(0)).hasMillis(100);
	}

	@Test
	void takesAtMostTheJitterOffAndAddsNothing() {
		Backoff backoff = new Backoff(Duration.ofMillis(1000), 1, SECOND, 0.5);
		assertThat(IntStream.range(0, 1000).mapToLong((i) -> backoff.delay(1).toMillis()).summaryStatistics())
			.satisfies((delays) -> {
				assertThat(delays.getMin()).isBetween(500L, 700L);
				assertThat(delays.getMax()).isBetween(800L, 1000L);
			});
	}

	@Test
	void refusesWhatMakesNoSense() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(Duration.ofMillis(-1), 2, SECOND, 0));
		assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(Duration.ofSeconds(2), 2, SECOND, 0))
			.withMessageContaining("initial (PT2S)");
		assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(SECOND, 0.9, SECOND, 0))
			.withMessageContaining("multiplier (0.9)");
		assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(SECOND, Double.NaN, SECOND, 0));
		assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(SECOND, 2, SECOND, 1.1))
			.withMessageContaining("jitter (1.1)");
		assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(SECOND, 2, SECOND, -0.1));
	}

	@Test
	void takesListedPausesOneAfterAnotherAndRepeatsTheLast() {
		Backoff backoff = Backoff.of(SECOND, Duration.ofSeconds(10), Duration.ofMinutes(1));
		assertThat(LongStream.rangeClosed(0, 5).mapToObj(backoff::delay)).containsExactly(SECOND, SECOND,
				Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1));
	}

	@Test
	void refusesListedPausesThatMakeNoSense() {
		assertThatIllegalArgumentException().isThrownBy(() -> Backoff.of()).withMessageContaining("at least one");
		assertThatIllegalArgumentException().isThrownBy(() -> Backoff.of(Duration.ofMillis(-1)))
			.withMessageContaining("must not be negative");
	}

}
