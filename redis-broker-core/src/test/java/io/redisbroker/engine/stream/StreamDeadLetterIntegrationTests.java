package io.redisbroker.engine.stream;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.lettuce.core.Range;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.support.CapturedLog;
import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What dead letters keep of entries that other clients wrote.
 */
@WithRedis
class StreamDeadLetterIntegrationTests {

	@Test
	void keepsEntriesOfOtherShapesFieldByField(RedisServer redis) {
		Map<String, String> fields = new LinkedHashMap<>();
		fields.put("subject", "first");
		fields.put("body", "hello");
		assertThat(deadLetterOf(redis, fields).entrySet()).startsWith(Map.entry("subject", "first"),
				Map.entry("body", "hello"), Map.entry("dead-letter-source", "orders"));
	}

	@Test
	void keepsAnEntryWithThousandsOfFields(RedisServer redis) {
		Map<String, String> fields = IntStream.range(0, 10_000)
			.boxed()
			.collect(Collectors.toMap((i) -> "field-" + i, (i) -> "value-" + i));
		assertThat(deadLetterOf(redis, fields).get("dead-letter-fields")).contains("\"field-9999\":\"value-9999\"");
	}

	@Test
	void oneThatCanNotBeWrittenIsNoFailureOfTheOthers(RedisServer redis) {
		redis.commands().flushall();
		redis.commands().set("{refused}:dlq", "no stream");
		List<String> sent = IntStream.range(0, 200).mapToObj((i) -> "m-" + i).toList();
		RecordedEvents events = new RecordedEvents();
		try (CapturedLog log = new CapturedLog(); TestBroker broker = new TestBroker(redis, "test", events)) {
			broker.broker().stream("refused").sendAll(sent);
			broker.broker().stream("orders").sendAll(sent);
			broker.listen(StreamEndpoint.builder("listener")
				.streams("refused", "orders")
				.group("billing")
				.settings(TestSettings.defaults().maxAttempts(1).concurrency(20).build())
				.handler(DeliveryHandler.of((delivery, acknowledgment) -> {
					throw new IllegalStateException("no");
				})));
			await().until(() -> redis.commands().xlen("{orders}:dlq") == 200);
			await().until(() -> events.deadLetters().size() == 200);
			assertThat(log.warnings()).filteredOn((text) -> text.contains("can't settle"))
				.singleElement()
				.asString()
				.contains("of refused,", "Another program uses a key of this name");
			assertThat(redis.commands().xpending("refused", "billing").getCount()).isEqualTo(200);
		}
	}

	private static Map<String, String> deadLetterOf(RedisServer redis, Map<String, String> entry) {
		try (TestBroker broker = new TestBroker(redis)) {
			broker.listen(StreamEndpoint.builder("listener")
				.streams("orders")
				.group("billing")
				.settings(TestSettings.defaults().maxDeliveries(1).build())
				.handler(DeliveryHandler.of((delivery, acknowledgment) -> {
					throw new IllegalStateException("too much");
				})));
			redis.commands().xadd("orders", entry);
			await().until(() -> redis.commands().xlen("{orders}:dlq") == 1);
			await().untilAsserted(() -> assertThat(redis.commands().xpending("orders", "billing").getCount()).isZero());
			return redis.commands().xrange("{orders}:dlq", Range.unbounded()).get(0).getBody();
		}
	}

}
