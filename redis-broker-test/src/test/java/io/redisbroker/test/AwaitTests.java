package io.redisbroker.test;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Await}.
 */
class AwaitTests {

	@Test
	void asksUntilTheConditionHolds() {
		AtomicInteger asked = new AtomicInteger();
		assertThat(Await.within(Duration.ofSeconds(10), () -> asked.incrementAndGet() == 5)).isTrue();
		assertThat(asked).hasValue(5);
	}

	@Test
	void givesUpWhenTheTimeIsOver() {
		assertThat(Await.within(Duration.ofMillis(20), () -> false)).isFalse();
	}

	@Test
	void endsWhenTheThreadIsInterrupted() {
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(RedisServerException.class)
			.isThrownBy(() -> Await.within(Duration.ofSeconds(10), () -> false))
			.withMessageContaining("Interrupted");
		assertThat(Thread.interrupted()).isTrue();
	}

}
