package io.redisbroker.listener;

import java.time.Duration;

import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.message.Delivery;
import io.redisbroker.retry.Backoff;
import io.redisbroker.retry.FailurePolicy;
import io.redisbroker.support.TestSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;

class ListenerSettingsTests {

	private static final FailurePolicy.Decision EXHAUSTED = new FailurePolicy.GiveUp();

	@ParameterizedTest
	@ValueSource(ints = { 0, -1 })
	void refusesAConcurrencyOfNothing(int concurrency) {
		refuses(TestSettings.defaults().concurrency(concurrency), "The concurrency is " + concurrency, "at least 1");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, -5, 10_001 })
	void refusesABatchSizeOutOfRange(int batchSize) {
		refuses(TestSettings.defaults().batchSize(batchSize), "The batch size is " + batchSize, "from 1 to 10000");
	}

	@Test
	void refusesMaxDeliveriesOfNothing() {
		refuses(TestSettings.defaults().maxDeliveries(0), "The max deliveries is 0", "at least 1");
		refuses(TestSettings.defaults().maxAttempts(0), "The max attempts is 0", "at least 1");
	}

	@ParameterizedTest
	@ValueSource(longs = { 99, 0, -1 })
	void refusesAReclaimDelayThatALivingConsumerCannotKeep(long millis) {
		refuses(TestSettings.defaults().reclaimDelay(Duration.ofMillis(millis)), "The reclaim delay is " + millis,
				"at least 100 ms");
	}

	@Test
	void takesTheValuesAtTheLimits() {
		ListenerSettings settings = TestSettings.defaults()
			.concurrency(1)
			.batchSize(10_000)
			.maxDeliveries(1)
			.reclaimDelay(Duration.ofMillis(100))
			.build();
		assertThat(settings.capacity(false)).isEqualTo(10_000);
	}

	@Test
	void holdsABatchPerWorkerAndReadsOneAhead() {
		ListenerSettings settings = TestSettings.defaults().concurrency(3).batchSize(20).build();
		assertThat(settings.capacity(false)).isEqualTo(60);
		assertThat(settings.capacity(true)).isEqualTo(80);
	}

	@Test
	void putsDeadLettersBesideTheirSourceUnlessTheyAreNamed() {
		assertThat(TestSettings.defaults().build().deadLettersOf("orders")).isEqualTo("{orders}:dlq");
		assertThat(TestSettings.defaults().deadLetters("broken").build().deadLettersOf("orders")).isEqualTo("broken");
	}

	@Test
	void retriesWithGrowingPausesAndGivesUpAtTheMaximum() {
		FailurePolicy policy = TestSettings.defaults()
			.maxAttempts(3)
			.backoff(new Backoff(Duration.ofMillis(10), 2, Duration.ofSeconds(1), 0))
			.build()
			.failurePolicy();
		assertThat(policy.decide(delivery(1, 0), new RuntimeException()))
			.isEqualTo(new FailurePolicy.Retry(Duration.ofMillis(10)));
		assertThat(policy.decide(delivery(9, 1), new RuntimeException()))
			.isEqualTo(new FailurePolicy.Retry(Duration.ofMillis(20)));
		assertThat(policy.decide(delivery(10, 2), new RuntimeException())).isEqualTo(EXHAUSTED);
		assertThat(policy.decide(delivery(11, 3), new RuntimeException())).isEqualTo(EXHAUSTED);
	}

	@Test
	void givesUpAfterAsManyDeliveriesAsAreAllowedWhateverCameOfThem() {
		FailurePolicy policy = TestSettings.defaults().maxDeliveries(3).build().failurePolicy();
		assertThat(policy.decide(delivery(2, 0), new RuntimeException())).isInstanceOf(FailurePolicy.Retry.class);
		assertThat(policy.decide(delivery(3, 0), new RuntimeException())).isEqualTo(EXHAUSTED);
	}

	private static Delivery delivery(long deliveries, long failures) {
		return new Delivery("orders", "1-0", deliveries, failures, mock(Delivery.Content.class));
	}

	private static void refuses(TestSettings settings, String problem, String range) {
		assertThatExceptionOfType(BrokerConfigurationException.class).isThrownBy(settings::build)
			.withMessageContaining(problem)
			.withMessageContaining(range);
	}

}
