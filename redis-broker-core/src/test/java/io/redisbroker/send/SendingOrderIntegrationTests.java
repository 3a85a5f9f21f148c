package io.redisbroker.send;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.lettuce.core.Range;
import io.redisbroker.support.TestBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The first thing that an application does with Redis is to send.
 */
@WithRedis
class SendingOrderIntegrationTests {

	private static final List<String> MESSAGES = IntStream.range(0, 1500).mapToObj(Integer::toString).toList();

	@Test
	void keepsTheOrderOfMessagesSentTogether(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			broker.broker().stream("orders").sendAll(MESSAGES);
		}
		assertThat(payloads(redis)).isEqualTo(MESSAGES);
	}

	@Test
	void keepsTheOrderOfMessagesSentOneByOneWithoutWaiting(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			StreamSender sender = broker.broker().stream("orders");
			CompletableFuture.allOf(MESSAGES.stream().map(sender::sendAsync).toArray(CompletableFuture[]::new)).join();
		}
		assertThat(payloads(redis)).isEqualTo(MESSAGES);
	}

	private static List<String> payloads(RedisServer redis) {
		return redis.commands()
			.xrange("orders", Range.unbounded())
			.stream()
			.map((entry) -> entry.getBody().get("payload"))
			.toList();
	}

}
