package io.redisbroker.listener;

import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;

import io.redisbroker.support.Load;
import io.redisbroker.support.Patience;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Redis is killed under load and restarted with all data that it had confirmed.
 */
@WithRedis(persistent = true, options = "appendfsync always")
class RedisRestartIntegrationTests {

	private static final String SOURCE = "orders";

	@ParameterizedTest
	@EnumSource
	void resumesByItselfAndLosesNothing(TestedTransport transport, RedisServer redis) {
		surviveOutages(transport, redis, 3,
				(load, container) -> Patience.await().until(() -> !container.isConnected()));
	}

	/** By then the pauses between attempts have their full length. */
	@ParameterizedTest
	@EnumSource
	void resumesByItselfAfterAnOutageLongerThanSendersWait(TestedTransport transport, RedisServer redis) {
		surviveOutages(transport, redis, 1,
				(load, container) -> Patience.await().until(() -> load.failed().size() >= 2));
	}

	private static void surviveOutages(TestedTransport transport, RedisServer redis, int outages,
			BiConsumer<Load, ListenerContainer> awaitEnd) {
		Recorder handled = new Recorder();
		try (TestBroker consumer = new TestBroker(redis, "consumer");
				TestBroker producer = new TestBroker(redis, "producer");
				Load load = Load
					.atFullSpeed((message) -> transport.send(producer.broker(), SOURCE, List.of(message)))) {
			ListenerContainer container = consumer
				.listen(transport.endpoint(SOURCE, TestSettings.defaults().concurrency(4).build(), handled.handler()));
			for (int outage = 1; outage <= outages; outage++) {
				int before = handled.count();
				Patience.await().until(() -> handled.count() > before + 200);
				redis.kill();
				awaitEnd.accept(load, container);
				redis.restart();
				// a message sent from now on, not one that was read ahead
				int sent = load.count() + load.failed().size();
				await().pollInterval(Duration.ofMillis(20))
					.atMost(Duration.ofSeconds(5))
					.until(() -> handled.texts().stream().anyMatch((text) -> number(text) > sent));
			}
			List<String> sent = load.stop();
			// before the messages of a lost reply would be reclaimed
			Patience.await()
				.atMost(Duration.ofSeconds(30))
				.untilAsserted(() -> assertThat(handled.missing(sent)).as("messages that were sent but not handled")
					.isEmpty());
			Patience.await().until(() -> transport.inFlight(redis.commands(), SOURCE).isEmpty());
			// this consumer did not die, and still knows its messages in flight
			assertThat(handled.texts()).as("handled").doesNotHaveDuplicates();
		}
	}

	private static int number(String message) {
		return Integer.parseInt(message.substring("m-".length()));
	}

}
