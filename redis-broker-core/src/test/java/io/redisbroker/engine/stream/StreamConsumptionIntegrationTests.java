package io.redisbroker.engine.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.support.TestBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A group consumes a stream on a real Redis.
 */
@WithRedis
class StreamConsumptionIntegrationTests {

	@Test
	void handlesEveryEntryInOrderAndAcknowledgesIt(RedisServer redis) {
		Queue<String> handled = new ConcurrentLinkedQueue<>();
		try (TestBroker broker = new TestBroker(redis)) {
			broker.listen(StreamEndpoint.builder("orders")
				.streams("orders")
				.group("billing")
				.handler(DeliveryHandler.of((delivery, acknowledgment) -> handled.add(delivery.text()))));
			List<String> sent = IntStream.range(0, 5000).mapToObj((i) -> "order-" + i).toList();
			List<String> ids = broker.broker().stream("orders").sendAll(sent);
			assertThat(ids).hasSize(5000).doesNotHaveDuplicates();
			await().until(() -> handled.size() >= 5000);
			assertThat(new ArrayList<>(handled)).isEqualTo(sent);
			await().untilAsserted(() -> assertThat(redis.commands().xpending("orders", "billing").getCount()).isZero());
		}
		assertThat(redis.commands().xinfoConsumers("orders", "billing")).isEmpty();
	}

}
