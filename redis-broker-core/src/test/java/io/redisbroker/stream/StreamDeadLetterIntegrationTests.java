package io.redisbroker.stream;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.lettuce.core.Range;
import io.redisbroker.listener.DeliveryHandler;
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
