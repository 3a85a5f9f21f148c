package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.List;

import io.redisbroker.annotation.StreamListener;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;

import org.springframework.data.redis.annotation.RedisListener;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.stream.Consumer;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.connection.stream.ReadOffset;
import org.springframework.data.redis.connection.stream.StreamOffset;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.stream.StreamMessageListenerContainer;
import org.springframework.data.redis.stream.StreamMessageListenerContainer.StreamMessageListenerContainerOptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * redis-broker beside Spring Data's own listeners in one application.
 */
@WithRedis
class CoexistenceIntegrationTests {

	private final Received received = new Received();

	@Test
	void sharesABeanWithListenersOfSpringDataOnChannels(RedisServer redis) {
		TestApplication.runner(redis).withBean(Both.class, () -> new Both(this.received)).run((context) -> {
			context.getBean(RedisBroker.class).stream("orders").send("from the stream");
			context.getBean(StringRedisTemplate.class).convertAndSend("news", "from the channel");
			assertThat(this.received.await(2)).containsExactlyInAnyOrder("from the stream", "from the channel");
		});
	}

	@Test
	void sharesAStreamWithAContainerOfSpringData(RedisServer redis) {
		TestApplication.runner(redis).withBean(Both.class, () -> new Both(this.received)).run((context) -> {
			StringRedisTemplate template = context.getBean(StringRedisTemplate.class);
			template.opsForStream().createGroup("orders", ReadOffset.from("0"), "archive");
			StreamMessageListenerContainer<String, MapRecord<String, String, String>> container = StreamMessageListenerContainer
				.create(context.getBean(RedisConnectionFactory.class),
						StreamMessageListenerContainerOptions.builder().pollTimeout(Duration.ofMillis(100)).build());
			container.receiveAutoAck(Consumer.from("archive", "one"),
					StreamOffset.create("orders", ReadOffset.lastConsumed()),
					(entry) -> this.received.add("archive", entry.getValue().get("payload")));
			container.start();
			try {
				context.getBean(RedisBroker.class).stream("orders").send("order");
				assertThat(this.received.await(2)).containsExactlyInAnyOrder("order", List.of("archive", "order"));
			}
			finally {
				container.stop();
			}
		});
	}

	static class Both {

		private final Received received;

		Both(Received received) {
			this.received = received;
		}

		@StreamListener(streams = "orders", group = "billing")
		void fromStream(String order) {
			this.received.add(order);
		}

		@RedisListener(topic = "news")
		void fromChannel(String news) {
			this.received.add(news);
		}

	}

}
