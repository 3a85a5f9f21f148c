package io.redisbroker.engine.stream;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.lettuce.core.Consumer;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.message.Delivery;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.support.Listeners;
import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.Work;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a listener takes, and what it costs.
 */
@WithRedis
class StreamLimitsIntegrationTests {

	private final RecordedEvents events = new RecordedEvents();

	private final CountDownLatch go = new CountDownLatch(1);

	@Test
	void holdsNoMoreThanABatchPerWorkerHoweverMuchWaits(RedisServer redis) {
		Recorder slow = new Recorder((delivery, acknowledgment) -> Work.until(this.go));
		try (TestBroker broker = new TestBroker(redis, "test", this.events)) {
			broker.broker().stream("orders").sendAll(numbered(10_000));
			broker.listen(StreamEndpoint.builder("listener")
				.streams("orders")
				.group("billing")
				.settings(TestSettings.defaults().concurrency(2).batchSize(10).build())
				.handler(slow.handler()));
			await().until(() -> slow.count() == 2);
			await().during(Duration.ofSeconds(1)).until(() -> pending(redis) > 10 && pending(redis) <= 20);
			this.go.countDown();
			await().atMost(Duration.ofSeconds(30)).until(() -> slow.count() == 10_000);
			await().until(() -> pending(redis) == 0);
		}
	}

	@Test
	void holdsNoMoreThanABatchPerWorkerAndStreamWithSeveralStreams(RedisServer redis) {
		Recorder slow = new Recorder((delivery, acknowledgment) -> Work.until(this.go));
		List<String> streams = List.of("orders", "invoices", "payments");
		try (TestBroker broker = new TestBroker(redis, "test", this.events)) {
			streams.forEach((stream) -> broker.broker().stream(stream).sendAll(numbered(1000)));
			broker.listen(StreamEndpoint.builder("listener")
				.streams(streams.toArray(String[]::new))
				.group("billing")
				.settings(TestSettings.defaults().batchSize(30).build())
				.handler(slow.handler()));
			await().until(() -> slow.count() == 1);
			await().during(Duration.ofSeconds(1))
				.until(() -> streams.stream()
					.mapToLong((stream) -> redis.commands().xpending(stream, "billing").getCount())
					.sum() <= 33);
			this.go.countDown();
			await().until(() -> slow.count() == 3000);
		}
	}

	@Test
	void holdsNoMoreThanOneBatchAheadOfThoseItWorksOn(RedisServer redis) {
		class Bean {

			public void onOrders(List<Delivery> orders) throws InterruptedException {
				StreamLimitsIntegrationTests.this.events.handled("begun", orders, Duration.ZERO);
				Work.until(StreamLimitsIntegrationTests.this.go);
			}

		}
		try (TestBroker broker = new TestBroker(redis)) {
			broker.broker().stream("orders").sendAll(numbered(1000));
			broker.listen(StreamEndpoint.builder("listener")
				.streams("orders")
				.group("billing")
				.settings(TestSettings.defaults().concurrency(2).batchSize(10).build())
				.handler(Listeners.method(new Bean())));
			await().until(() -> this.events.handled() == 20);
			await().during(Duration.ofSeconds(1)).until(() -> pending(redis) <= 30);
			this.go.countDown();
			await().until(() -> this.events.handled() == 1000);
		}
	}

	@Test
	void holdsNoMoreWhenItTakesOverWhatOthersLeft(RedisServer redis) {
		Recorder slow = new Recorder((delivery, acknowledgment) -> Work.until(this.go));
		redis.commands().xgroupCreate(StreamOffset.from("orders", "0"), "billing", XGroupCreateArgs.Builder.mkstream());
		numbered(500).forEach((text) -> redis.commands().xadd("orders", "payload", text));
		redis.commands().xreadgroup(Consumer.from("billing", "gone"), StreamOffset.lastConsumed("orders"));
		try (TestBroker broker = new TestBroker(redis, "test", this.events)) {
			broker.listen(StreamEndpoint.builder("listener")
				.streams("orders")
				.group("billing")
				.settings(TestSettings.defaults().batchSize(10).reclaimDelay(Duration.ofMillis(500)).build())
				.handler(slow.handler()));
			await().until(() -> slow.count() == 1);
			await().during(Duration.ofSeconds(1)).until(() -> heldBy(redis, "test:listener") <= 10);
			this.go.countDown();
			await().until(() -> slow.count() == 500);
			await().until(() -> pending(redis) == 0);
		}
	}

	@Test
	void costsLessThanOneCommandPerSecondWhenIdle(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis, "test", this.events)) {
			ListenerContainer container = broker.listen(StreamEndpoint.builder("listener")
				.streams("orders", "invoices")
				.group("billing")
				.handler(new Recorder().handler()));
			await().until(() -> redis.commands().clientList().contains("cmd=xreadgroup"));
			redis.commands().configResetstat();
			long start = System.nanoTime();
			await().pollDelay(Duration.ofSeconds(16)).atMost(Duration.ofMinutes(1)).until(container::isConnected);
			Map<String, Long> commands = redis.commandStats();
			long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
			// what this test sends, and what scripts run
			commands.keySet()
				.removeAll(List.of("config|resetstat", "client|list", "xautoclaim", "xpending", "zrangebyscore", "time",
						"get"));
			assertThat(commands.values().stream().mapToLong(Long::longValue).sum()).as("%s", commands)
				.isPositive()
				.isLessThan(seconds);
		}
	}

	private static long pending(RedisServer redis) {
		return redis.commands().xpending("orders", "billing").getCount();
	}

	private static long heldBy(RedisServer redis, String consumer) {
		return redis.commands().xpending("orders", "billing").getConsumerMessageCount().getOrDefault(consumer, 0L);
	}

	private static List<String> numbered(int count) {
		return IntStream.range(0, count).mapToObj((i) -> "m-" + i).toList();
	}

}
