package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The gauges of an application with listeners.
 */
@WithRedis(perMethod = true, persistent = true)
class SourceGaugesIntegrationTests {

	private final Listeners listeners = new Listeners();

	private RedisServer redis;

	private ApplicationContextRunner runner;

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.redis = redis;
		this.runner = TestApplication.runner(redis)
			.withPropertyValues("redis-broker.preflight=off", "redis-broker.metrics.interval=10ms",
					"redis-broker.listener.batch-size=1")
			.withBean(SimpleMeterRegistry.class)
			.withBean(Listeners.class, () -> this.listeners);
	}

	@Test
	void showWhatIsLeftToDo() {
		this.runner.run((context) -> {
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			RedisBroker broker = context.getBean(RedisBroker.class);
			for (int i = 0; i < 3; i++) {
				broker.stream("orders").send("a");
				broker.queue("invoices").send("a");
			}
			broker.queue("invoices").sendDelayed("later", Duration.ofHours(1));
			await().untilAsserted(() -> {
				assertThat(gauge(meters, "in.flight", "billing", "orders")).isEqualTo(1);
				assertThat(gauge(meters, "lag", "billing", "orders")).isEqualTo(2);
				assertThat(gauge(meters, "backlog", "billing", "orders")).isEqualTo(3);
				assertThat(gauge(meters, "in.flight", "printing", "invoices")).isEqualTo(1);
				assertThat(gauge(meters, "lag", "printing", "invoices")).isEqualTo(2);
				assertThat(gauge(meters, "delayed", "printing", "invoices")).isEqualTo(1);
				assertThat(gauge(meters, "backlog", "printing", "invoices")).isEqualTo(4);
			});
			await().untilAsserted(
					() -> assertThat(gauge(meters, "oldest.age", "billing", "orders")).isBetween(0.05, 60.0));
			await().untilAsserted(() -> assertThat(longestCall(meters, "billing")).isGreaterThan(0.05));
			assertThat(longestCall(meters, "hearing")).isZero();
			this.listeners.gate.countDown();
			await().untilAsserted(() -> assertThat(longestCall(meters, "billing")).isZero());
			await().untilAsserted(() -> {
				assertThat(gauge(meters, "backlog", "billing", "orders")).isZero();
				assertThat(gauge(meters, "oldest.age", "billing", "orders")).isZero();
				assertThat(gauge(meters, "backlog", "printing", "invoices")).isEqualTo(1);
			});
			assertThat(meters.get("redis.broker.messages.wait").tag("source", "orders").timer().count()).isEqualTo(3);
			assertThat(meters.get("redis.broker.listener.duration")
				.tag("source", "orders")
				.timer()
				.totalTime(TimeUnit.MILLISECONDS)).isPositive();
			assertThat(meters.find("redis.broker.source.backlog").tag("listener", "hearing").gauges()).isEmpty();
		});
	}

	/** With the default this takes 5 s. */
	@Test
	@EffectOf("redis-broker.metrics.interval")
	void areTakenAnewWhenTheIntervalIsOver() {
		this.runner.run((context) -> {
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			await().untilAsserted(() -> assertThat(gauge(meters, "backlog", "billing", "orders")).isZero());
			context.getBean(RedisBroker.class).stream("orders").send("a");
			await().atMost(Duration.ofSeconds(4))
				.untilAsserted(() -> assertThat(gauge(meters, "backlog", "billing", "orders")).isEqualTo(1));
			this.listeners.gate.countDown();
		});
	}

	@Test
	void neverWaitForARedisThatIsGone() {
		this.listeners.gate.countDown();
		this.runner.run((context) -> {
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			await().untilAsserted(() -> assertThat(gauge(meters, "backlog", "billing", "orders")).isZero());
			await().untilAsserted(() -> assertThat(readAge(meters)).isLessThan(6));
			this.redis.freeze();
			try {
				double before = readAge(meters);
				await().untilAsserted(() -> assertThat(readAge(meters)).isGreaterThan(before + 1));
				gauge(meters, "backlog", "billing", "orders");
				long begin = System.nanoTime();
				for (int i = 0; i < 100; i++) {
					gauge(meters, "backlog", "billing", "orders");
					gauge(meters, "backlog", "printing", "invoices");
				}
				assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
			}
			finally {
				this.redis.resume();
			}
			await().untilAsserted(() -> assertThat(gauge(meters, "backlog", "billing", "orders")).isZero());
		});
	}

	private static double longestCall(MeterRegistry meters, String listener) {
		return meters.get("redis.broker.listener.longest.call").tag("listener", listener).gauge().value();
	}

	private static double readAge(MeterRegistry meters) {
		return meters.get("redis.broker.listener.read.age").tag("listener", "billing").gauge().value();
	}

	private static double gauge(MeterRegistry meters, String name, String listener, String source) {
		return meters.get("redis.broker.source." + name).tags("listener", listener, "source", source).gauge().value();
	}

	static class Listeners {

		private final CountDownLatch gate = new CountDownLatch(1);

		@StreamListener(id = "billing", streams = "orders", group = "billing")
		void bill(String order) throws InterruptedException {
			this.gate.await();
		}

		@QueueListener(id = "printing", queues = "invoices")
		void print(String invoice) throws InterruptedException {
			this.gate.await();
		}

		@ChannelListener(id = "hearing", channels = "news")
		void hear(String news) {
		}

	}

}
