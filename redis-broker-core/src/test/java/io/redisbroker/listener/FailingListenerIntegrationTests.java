package io.redisbroker.listener;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import io.redisbroker.deadletter.DeadLetter.Reason;
import io.redisbroker.message.Acknowledgment;
import io.redisbroker.message.Delivery;
import io.redisbroker.retry.Backoff;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.support.TestedTransport.Claim;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Messages whose listener fails are retried or become dead letters.
 */
@WithRedis
class FailingListenerIntegrationTests {

	private final RecordedEvents events = new RecordedEvents();

	@ParameterizedTest
	@EnumSource
	void callsAFailingListenerExactlyMaxDeliveriesTimesThenKeepsTheMessageAsADeadLetter(TestedTransport transport,
			RedisServer redis) {
		Recorder recorder = new Recorder((delivery, acknowledgment) -> {
			throw new IOException("printer on fire");
		});
		try (TestBroker broker = broker(redis)) {
			listen(transport, broker, recorder.handler(), atOnce().maxDeliveries(4));
			String payload = "{\"id\":4711, \"text\":\"grüße ✓\"}";
			transport.send(broker.broker(), "orders", Map.of("trace", "abc"), List.of(payload));
			StreamMessage<String, String> letter = onlyDeadLetter(redis, "{orders}:dlq");
			assertThat(letter.getBody()).containsEntry("payload", payload)
				.containsEntry("trace", "abc")
				.containsEntry("dead-letter-source", "orders")
				.containsEntry("dead-letter-id", recorder.deliveries().get(0).id())
				.containsEntry("dead-letter-listener", "worker")
				.containsEntry("dead-letter-deliveries", "4")
				.containsEntry("dead-letter-reason", "DELIVERIES_EXHAUSTED")
				.containsEntry("dead-letter-exception", "java.io.IOException")
				.containsEntry("dead-letter-message", "printer on fire");
			for (String field : List.of("dead-letter-source-type", "dead-letter-group")) {
				assertThat(letter.getBody().get(field)).as(field).isEqualTo(transport.origin().get(field));
			}
			assertThat(letter.getBody().get("dead-letter-stack-trace"))
				.startsWith("java.io.IOException: printer on fire")
				.contains("FailingListenerIntegrationTests");
			assertThat(recorder.deliveries()).extracting(Delivery::deliveryCount).containsExactly(1L, 2L, 3L, 4L);
			assertNothingInFlight(transport, redis);
			await().during(Duration.ofMillis(500)).untilAsserted(() -> assertThat(recorder.count()).isEqualTo(4));
			onlyDeadLetter(redis, "{orders}:dlq");
		}
		assertThat(this.events.failed()).isEqualTo(4);
		assertThat(this.events.retried()).isEqualTo(3);
		assertThat(this.events.deadLetters()).containsExactly(Reason.DELIVERIES_EXHAUSTED);
		assertThat(this.events.handled()).isZero();
		assertThat(this.events.lost()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void keepsBinaryPayloadsByteForByteInTheDeadLetters(TestedTransport transport, RedisServer redis) {
		byte[] payload = { 0, 1, (byte) 0xff, (byte) 0xc3, '"', '\r', '\n', (byte) 0x80 };
		Recorder letters = new Recorder();
		try (TestBroker broker = broker(redis)) {
			listen(transport, broker, failing(new IllegalStateException()), atOnce().maxDeliveries(1));
			broker.listen(StreamEndpoint.builder("letters")
				.streams("{orders}:dlq")
				.group("support")
				.handler(letters.handler()));
			transport.send(broker.broker(), "orders", List.of(payload));
			await().until(() -> letters.count() == 1);
			assertThat(letters.deliveries().get(0).payload()).isEqualTo(payload);
			assertThat(letters.deliveries().get(0).headers()).containsEntry("dead-letter-message", "null");
		}
	}

	@ParameterizedTest
	@EnumSource
	void usesTheDeadLettersThatAreNamed(TestedTransport transport, RedisServer redis) {
		try (TestBroker broker = broker(redis)) {
			listen(transport, broker, failing(new IllegalStateException()),
					atOnce().maxDeliveries(1).deadLetters("broken"));
			transport.send(broker.broker(), "orders", List.of("x"));
			onlyDeadLetter(redis, "broken");
			assertThat(redis.commands().exists("{orders}:dlq")).isZero();
		}
	}

	@ParameterizedTest
	@EnumSource
	void givesUpAtOnceWhatCannotBeDecoded(TestedTransport transport, RedisServer redis) {
		List<Object> handled = new CopyOnWriteArrayList<>();
		DeliveryHandler handler = new DeliveryHandler() {

			@Override
			public Object prepare(Delivery delivery, Acknowledgment acknowledgment) {
				return Integer.valueOf(delivery.text());
			}

			@Override
			public void handle(List<Object> prepared) {
				handled.addAll(prepared);
			}

		};
		try (TestBroker broker = broker(redis)) {
			listen(transport, broker, handler, atOnce());
			transport.send(broker.broker(), "orders", List.of("1", "two", "3"));
			assertThat(onlyDeadLetter(redis, "{orders}:dlq").getBody()).containsEntry("payload", "two")
				.containsEntry("dead-letter-reason", "UNDECODABLE")
				.containsEntry("dead-letter-deliveries", "1")
				.containsEntry("dead-letter-exception", "java.lang.NumberFormatException");
			await().until(() -> handled.size() == 2);
			assertThat(handled).containsExactly(1, 3);
			assertNothingInFlight(transport, redis);
		}
		assertThat(this.events.deadLetters()).containsExactly(Reason.UNDECODABLE);
		assertThat(this.events.retried()).isZero();
	}

	static Stream<Arguments> errors() {
		return Stream.of(TestedTransport.values())
			.flatMap((transport) -> Stream
				.of(StackOverflowError.class, AssertionError.class, NoClassDefFoundError.class, OutOfMemoryError.class)
				.map((type) -> Arguments.of(transport, type)));
	}

	@ParameterizedTest
	@MethodSource("errors")
	void handlesErrorsPerMessage(TestedTransport transport, Class<? extends Error> type, RedisServer redis)
			throws Exception {
		Error error = type.getConstructor().newInstance();
		Recorder recorder = new Recorder((delivery, acknowledgment) -> {
			if ("bad".equals(delivery.text())) {
				throw error;
			}
		});
		try (TestBroker broker = broker(redis)) {
			listen(transport, broker, recorder.handler(), atOnce().maxDeliveries(2));
			transport.send(broker.broker(), "orders", List.of("bad", "good"));
			assertThat(onlyDeadLetter(redis, "{orders}:dlq").getBody()).containsEntry("payload", "bad")
				.containsEntry("dead-letter-exception", type.getName());
			transport.send(broker.broker(), "orders", List.of("later"));
			await().until(() -> recorder.texts().contains("later"));
			assertThat(recorder.texts()).containsExactlyInAnyOrder("bad", "good", "bad", "later");
			assertNothingInFlight(transport, redis);
		}
	}

	@ParameterizedTest
	@EnumSource
	void survivesARealStackOverflow(TestedTransport transport, RedisServer redis) {
		Recorder recorder = new Recorder((delivery, acknowledgment) -> {
			if ("bad".equals(delivery.text())) {
				deeper(0);
			}
		});
		try (TestBroker broker = broker(redis)) {
			listen(transport, broker, recorder.handler(), atOnce().maxDeliveries(2));
			transport.send(broker.broker(), "orders", List.of("bad", "good"));
			assertThat(onlyDeadLetter(redis, "{orders}:dlq").getBody())
				.containsEntry("dead-letter-exception", StackOverflowError.class.getName())
				.hasEntrySatisfying("dead-letter-stack-trace", (trace) -> assertThat(trace).hasSizeLessThan(5000));
			assertThat(recorder.texts()).contains("good");
			assertNothingInFlight(transport, redis);
		}
	}

	private static int deeper(int depth) {
		return (depth < 0) ? depth : 1 + deeper(depth + 1);
	}

	@ParameterizedTest
	@EnumSource
	void triesAgainAfterGrowingPauses(TestedTransport transport, RedisServer redis) {
		Map<Long, Long> calledAt = new ConcurrentHashMap<>();
		DeliveryHandler handler = DeliveryHandler.of((delivery, acknowledgment) -> {
			calledAt.put(delivery.deliveryCount(), System.nanoTime() / 1_000_000);
			throw new IllegalStateException();
		});
		try (TestBroker broker = broker(redis)) {
			listen(transport, broker, handler,
					TestSettings.defaults()
						.maxDeliveries(4)
						.backoff(new Backoff(Duration.ofMillis(200), 3, Duration.ofSeconds(1), 0)));
			transport.send(broker.broker(), "orders", List.of("x"));
			await().until(() -> calledAt.size() == 4);
		}
		assertThat(calledAt.get(2L) - calledAt.get(1L)).isBetween(200L, 4000L);
		assertThat(calledAt.get(3L) - calledAt.get(2L)).isBetween(600L, 4400L);
		assertThat(calledAt.get(4L) - calledAt.get(3L)).isBetween(1000L, 4800L);
	}

	@ParameterizedTest
	@EnumSource
	void goesOnWithOthersWhileOneWaitsForItsRetry(TestedTransport transport, RedisServer redis) {
		Recorder recorder = new Recorder((delivery, acknowledgment) -> {
			if ("bad".equals(delivery.text())) {
				throw new IllegalStateException();
			}
		});
		try (TestBroker broker = broker(redis)) {
			listen(transport, broker, recorder.handler(),
					TestSettings.defaults()
						.batchSize(1)
						.backoff(new Backoff(Duration.ofMinutes(1), 1, Duration.ofMinutes(1), 0)));
			transport.send(broker.broker(), "orders", List.of("bad", "one", "two"));
			await().until(() -> recorder.count() == 3);
			assertThat(recorder.texts()).containsExactly("bad", "one", "two");
			assertThat(transport.inFlight(redis.commands(), "orders").values()).extracting(Claim::message)
				.containsExactly("bad");
		}
	}

	private TestBroker broker(RedisServer redis) {
		return new TestBroker(redis, "test", this.events);
	}

	private static void listen(TestedTransport transport, TestBroker broker, DeliveryHandler handler,
			TestSettings settings) {
		broker.listen(transport.endpoint("orders", settings.build(), handler));
	}

	private static TestSettings atOnce() {
		return TestSettings.defaults().backoff(TestSettings.NO_PAUSE);
	}

	private static DeliveryHandler failing(RuntimeException failure) {
		return DeliveryHandler.of((delivery, acknowledgment) -> {
			throw failure;
		});
	}

	private static StreamMessage<String, String> onlyDeadLetter(RedisServer redis, String stream) {
		return await().until(() -> redis.commands().xrange(stream, Range.unbounded()), (letters) -> letters.size() == 1)
			.get(0);
	}

	private static void assertNothingInFlight(TestedTransport transport, RedisServer redis) {
		await().untilAsserted(() -> assertThat(transport.inFlight(redis.commands(), "orders")).isEmpty());
	}

}
