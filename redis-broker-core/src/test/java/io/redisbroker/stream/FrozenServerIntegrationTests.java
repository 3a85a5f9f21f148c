package io.redisbroker.stream;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerRuntime.WorkerExecutors;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.support.TestBroker;
import io.redisbroker.test.RedisSentinel;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.RedisTopology;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A primary that hangs keeps its connections open; nothing but silence tells that another
 * has taken its place.
 */
@WithRedis(topology = RedisTopology.SENTINEL)
class FrozenServerIntegrationTests {

	@Test
	void sendsAndReadsOnTheNewPrimaryWhenTheOldOneHangs(RedisSentinel redis) {
		Queue<String> handled = new ConcurrentLinkedQueue<>();
		LettuceClientConfiguration client = LettuceClientConfiguration.builder()
			.commandTimeout(Duration.ofSeconds(1))
			.build();
		RedisServer old = redis.primary();
		try (TestBroker broker = new TestBroker(TestBroker.configuration(redis), client, "test",
				WorkerExecutors.platformThreads(), BrokerEvents.NONE)) {
			broker.listen(StreamEndpoint.builder("orders")
				.streams("orders")
				.group("billing")
				.handler(DeliveryHandler.of((delivery, acknowledgment) -> handled.add(delivery.text()))));
			broker.broker().stream("orders").send("before");
			await().untilAsserted(() -> assertThat(handled).containsExactly("before"));
			old.freeze();
			await().atMost(Duration.ofSeconds(60)).until(() -> isSent(broker, "after"));
			await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(handled).contains("after"));
		}
		finally {
			old.resume();
		}
	}

	private static boolean isSent(TestBroker broker, String payload) {
		try {
			broker.broker().stream("orders").send(payload);
			return true;
		}
		catch (DataAccessException ex) {
			return false;
		}
	}

}
