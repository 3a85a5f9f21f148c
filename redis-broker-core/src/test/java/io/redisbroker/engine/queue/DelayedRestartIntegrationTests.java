package io.redisbroker.engine.queue;

import java.time.Duration;

import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.support.Patience;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Redis and the consumer are started again while messages wait for their time.
 */
@WithRedis(persistent = true, options = "appendfsync always")
class DelayedRestartIntegrationTests {

	@Test
	void deliversDelayedMessagesAfterRedisWasKilled(RedisServer redis) {
		Recorder handled = new Recorder();
		try (TestBroker staying = new TestBroker(redis, "staying")) {
			listen(staying, handled);
			staying.broker().queue("orders").sendDelayed("later", Duration.ofSeconds(3));
			redis.kill();
			redis.restart();
			assertThat(redis.commands().zcard("{orders}:delayed")).isOne();
			Patience.await().until(() -> handled.count() == 1);
		}
		assertThat(handled.texts()).containsExactly("later");
	}

	@Test
	void deliversDelayedMessagesToAConsumerThatStartsLater(RedisServer redis) {
		Recorder handled = new Recorder();
		long start = System.nanoTime();
		try (TestBroker sender = new TestBroker(redis, "sender")) {
			sender.broker().queue("orders").sendDelayed("soon", Duration.ofMillis(100));
			sender.broker().queue("orders").sendDelayed("later", Duration.ofSeconds(2));
		}
		redis.kill();
		redis.restart();
		try (TestBroker consumer = new TestBroker(redis, "consumer")) {
			listen(consumer, handled);
			Patience.await().until(() -> handled.count() == 2);
		}
		assertThat(handled.texts()).containsExactly("soon", "later");
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(2));
	}

	private static void listen(TestBroker broker, Recorder recorder) {
		broker.listen(QueueEndpoint.builder("listener").queues("orders").handler(recorder.handler()));
	}

}
