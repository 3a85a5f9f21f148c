package io.redisbroker.autoconfigure;

import java.util.List;
import java.util.concurrent.CountDownLatch;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisCluster;
import io.redisbroker.test.RedisDeployment;
import io.redisbroker.test.RedisSentinel;
import io.redisbroker.test.RedisTopology;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Gauges of listeners whose sources are on several nodes, or behind Sentinels.
 */
class ReplicatedGaugesIntegrationTests {

	/** The first two are on different nodes of a cluster. */
	private static final List<String> SOURCES = List.of("orders", "invoices");

	@Nested
	@WithRedis(topology = RedisTopology.CLUSTER)
	class InACluster {

		@Test
		void showWhatIsLeftToDoOnEachNode(RedisCluster redis) {
			assertThat(redis.primaryOf("orders")).isNotEqualTo(redis.primaryOf("invoices"));
			assertThat(redis.primaryOf("jobs-1")).isNotEqualTo(redis.primaryOf("jobs-2"));
			showWhatIsLeftToDo(redis);
		}

	}

	@Nested
	@WithRedis(topology = RedisTopology.SENTINEL)
	class BehindSentinels {

		@Test
		void showWhatIsLeftToDoOnThePrimary(RedisSentinel redis) {
			showWhatIsLeftToDo(redis);
		}

	}

	private static void showWhatIsLeftToDo(RedisDeployment redis) {
		Listeners listeners = new Listeners();
		TestApplication.runner()
			.withPropertyValues(TestApplication.pairs(redis.springProperties()))
			.withPropertyValues("redis-broker.preflight=off", "redis-broker.metrics.interval=10ms",
					"redis-broker.listener.batch-size=1")
			.withBean(SimpleMeterRegistry.class)
			.withBean(Listeners.class, () -> listeners)
			.run((context) -> {
				MeterRegistry meters = context.getBean(MeterRegistry.class);
				RedisBroker broker = context.getBean(RedisBroker.class);
				SOURCES.forEach((source) -> broker.stream(source).sendAll(List.of("a", "b", "c")));
				List.of("jobs-1", "jobs-2").forEach((source) -> broker.queue(source).sendAll(List.of("a", "b", "c")));
				await().untilAsserted(() -> {
					// one of each stream, or of one alone if it was read before the other
					// had any
					double inFlight = gauge(meters, "in.flight", "billing");
					assertThat(inFlight).isBetween(1.0, 2.0);
					assertThat(gauge(meters, "lag", "billing")).isEqualTo(6 - inFlight);
					assertThat(gauge(meters, "backlog", "billing")).isEqualTo(6);
					assertThat(gauge(meters, "backlog", "working")).isEqualTo(6);
				});
				listeners.gate.countDown();
				await().untilAsserted(() -> {
					assertThat(gauge(meters, "backlog", "billing")).isZero();
					assertThat(gauge(meters, "backlog", "working")).isZero();
				});
			});
	}

	/** The sum of all sources; not a number if a value is unknown. */
	private static double gauge(MeterRegistry meters, String name, String listener) {
		return meters.get("redis.broker.source." + name)
			.tag("listener", listener)
			.gauges()
			.stream()
			.mapToDouble((each) -> each.value())
			.sum();
	}

	static class Listeners {

		private final CountDownLatch gate = new CountDownLatch(1);

		@StreamListener(id = "billing", streams = { "orders", "invoices" }, group = "billing")
		void bill(String order) throws InterruptedException {
			this.gate.await();
		}

		@QueueListener(id = "working", queues = { "jobs-1", "jobs-2" })
		void work(String job) throws InterruptedException {
			this.gate.await();
		}

	}

}
