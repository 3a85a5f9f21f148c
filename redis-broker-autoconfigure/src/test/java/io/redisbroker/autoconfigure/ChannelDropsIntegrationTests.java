package io.redisbroker.autoconfigure;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The meter counts exactly the messages that a listener on a channel drops.
 */
@WithRedis
class ChannelDropsIntegrationTests {

	private static final int SENT = 2000;

	@Test
	@EffectOf("redis-broker.channel.buffer-size")
	void theMeterCountsWhatTheListenerNeverGot(RedisServer redis) {
		Slow slow = new Slow();
		TestApplication.runner(redis)
			.withPropertyValues("redis-broker.preflight=off", "redis-broker.channel.buffer-size=10")
			.withBean(SimpleMeterRegistry.class)
			.withBean(Slow.class, () -> slow)
			.run((context) -> {
				MeterRegistry meters = context.getBean(MeterRegistry.class);
				redis.commands().publish("prices", "first");
				await().until(() -> slow.heard.size() == 1);
				for (int i = 0; i < SENT; i++) {
					redis.commands().publish("prices", "price " + i);
				}
				await().untilAsserted(() -> assertThat(dropped(meters)).isEqualTo(SENT - 10));
				slow.gate.countDown();
				await().until(() -> slow.heard.size() == 11);
				assertThat(slow.heard.size() + dropped(meters)).isEqualTo(SENT + 1);
			});
	}

	private static double dropped(MeterRegistry meters) {
		return meters.get("redis.broker.messages")
			.tag("listener", "slow")
			.tag("outcome", "overflowed")
			.counters()
			.stream()
			.mapToDouble((counter) -> counter.count())
			.sum();
	}

	static class Slow {

		private final Queue<String> heard = new ConcurrentLinkedQueue<>();

		private final CountDownLatch gate = new CountDownLatch(1);

		@ChannelListener(id = "slow", channels = "prices")
		void listen(String price) throws InterruptedException {
			this.heard.add(price);
			if (!this.gate.await(1, TimeUnit.MINUTES)) {
				throw new IllegalStateException("The gate was not opened");
			}
		}

	}

}
