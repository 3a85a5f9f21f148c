package io.redisbroker.engine.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.lettuce.core.XAddArgs;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.WorkerExecutors;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.stream.StartFrom;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.support.Load;
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
 * Who in and beside a group gets which entries.
 */
@WithRedis
class StreamGroupIntegrationTests {

	@Test
	void readsSeveralStreamsWithOneListener(RedisServer redis) {
		Recorder recorder = new Recorder();
		try (TestBroker broker = new TestBroker(redis)) {
			broker.listen(StreamEndpoint.builder("listener")
				.streams("orders", "invoices", "payments")
				.group("billing")
				.handler(recorder.handler()));
			for (String stream : List.of("orders", "invoices", "payments")) {
				broker.broker().stream(stream).sendAll(numbered(stream, 500));
			}
			await().until(() -> recorder.count() >= 1500);
			for (String stream : List.of("orders", "invoices", "payments")) {
				assertThat(recorder.deliveries()).filteredOn((delivery) -> delivery.source().equals(stream))
					.extracting(Delivery::text)
					.isEqualTo(numbered(stream, 500));
				awaitNothingPending(redis, stream, "billing");
			}
		}
	}

	@Test
	void givesEveryGroupEveryEntry(RedisServer redis) {
		Recorder billing = new Recorder();
		Recorder shipping = new Recorder();
		try (TestBroker broker = new TestBroker(redis)) {
			listen(broker, "billing", "billing", billing);
			listen(broker, "shipping", "shipping", shipping);
			List<String> sent = numbered("m", 1000);
			broker.broker().stream("orders").sendAll(sent);
			await().until(() -> billing.count() >= 1000 && shipping.count() >= 1000);
			assertThat(billing.texts()).isEqualTo(sent);
			assertThat(shipping.texts()).isEqualTo(sent);
		}
	}

	@Test
	void sharesEntriesAmongTheListenersOfAGroupInOneAndInSeveralInstances(RedisServer redis) {
		List<Recorder> recorders = List.of(new Recorder(), new Recorder(), new Recorder());
		try (TestBroker one = new TestBroker(redis, "one"); TestBroker other = new TestBroker(redis, "other")) {
			listen(one, "first", "billing", recorders.get(0));
			listen(one, "second", "billing", recorders.get(1));
			listen(other, "first", "billing", recorders.get(2));
			List<String> sent = new ArrayList<>();
			try (Load load = Load.atFullSpeed((text) -> redis.commands().xadd("orders", "payload", text))) {
				await().until(() -> recorders.stream().allMatch((recorder) -> recorder.count() > 100));
				sent.addAll(load.stop());
			}
			await().until(() -> recorders.stream().mapToInt(Recorder::count).sum() >= sent.size());
			assertThat(Recorder.difference(recorders, sent)).isEmpty();
			assertThat(redis.commands().xinfoConsumers("orders", "billing")).hasSize(3);
			awaitNothingPending(redis, "orders", "billing");
		}
	}

	@Test
	void namesItsConsumerAfterInstanceAndListenerUnlessTold(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis, "shop-web1")) {
			listen(broker, "orders.onOrder", "billing", new Recorder());
			broker.listen(StreamEndpoint.builder("named")
				.streams("orders")
				.group("billing")
				.consumer("printer")
				.handler(new Recorder().handler()));
			await().untilAsserted(() -> {
				// a consumer exists once it was given an entry
				redis.commands().xadd("orders", "payload", "x");
				assertThat(redis.commands().xinfoConsumers("orders", "billing").toString())
					.contains("shop-web1:orders.onOrder", "printer");
			});
		}
	}

	@Test
	void startsANewGroupAtTheBeginningUnlessTold(RedisServer redis) {
		redis.commands().xadd("orders", "payload", "before");
		assertThat(handledFrom(redis, null)).containsExactly("before", "after");
	}

	@Test
	void startsANewGroupAtTheEnd(RedisServer redis) {
		redis.commands().xadd("orders", "payload", "before");
		assertThat(handledFrom(redis, StartFrom.NEW)).containsExactly("after");
	}

	@Test
	void startsANewGroupAfterAnId(RedisServer redis) {
		add(redis, "1000-0", "one");
		add(redis, "2000-0", "two");
		add(redis, "2000-1", "three");
		assertThat(handledFrom(redis, StartFrom.parse("2000-0"))).containsExactly("three", "after");
	}

	@Test
	void startsANewGroupAtAnInstant(RedisServer redis) {
		Instant instant = Instant.parse("2026-01-01T00:00:00.500Z");
		add(redis, (instant.toEpochMilli() - 1) + "-5", "one");
		add(redis, instant.toEpochMilli() + "-0", "two");
		add(redis, (instant.toEpochMilli() + 1) + "-0", "three");
		assertThat(handledFrom(redis, StartFrom.parse("2026-01-01T00:00:00.500Z"))).containsExactly("two", "three",
				"after");
	}

	@Test
	void createsTheStreamWhereThereIsNone(RedisServer redis) {
		assertThat(handledFrom(redis, StartFrom.NEW)).containsExactly("after");
		assertThat(redis.commands().xinfoGroups("orders")).hasSize(1);
	}

	@Test
	void leavesAGroupThatExistsWhereItIs(RedisServer redis) {
		add(redis, "1000-0", "one");
		assertThat(handledFrom(redis, StartFrom.BEGINNING)).containsExactly("one", "after");
		assertThat(handledFrom(redis, StartFrom.BEGINNING)).containsExactly("after");
	}

	@Test
	void goesOnWhereItStoppedWhenItIsStartedAgain(RedisServer redis) {
		Recorder recorder = new Recorder();
		try (TestBroker broker = new TestBroker(redis)) {
			ListenerContainer container = listen(broker, "listener", "billing", recorder);
			broker.broker().stream("orders").send("one");
			await().until(() -> recorder.count() == 1);
			container.stop(Duration.ofSeconds(5)).join();
			assertThat(container.isRunning()).isFalse();
			broker.broker().stream("orders").send("two");
			container.start().join();
			broker.broker().stream("orders").send("three");
			await().until(() -> recorder.count() == 3);
			assertThat(recorder.texts()).containsExactly("one", "two", "three");
		}
	}

	@Test
	void keepsTheOrderOfEachStreamWithAConcurrencyOfOne(RedisServer redis) {
		Recorder recorder = new Recorder();
		try (TestBroker broker = new TestBroker(redis)) {
			broker.listen(StreamEndpoint.builder("listener")
				.streams("orders", "invoices")
				.group("billing")
				.settings(TestSettings.defaults().batchSize(7).build())
				.handler(recorder.handler()));
			try (Load orders = Load.atFullSpeed((text) -> redis.commands().xadd("orders", "payload", text));
					Load invoices = Load.atFullSpeed((text) -> broker.broker().stream("invoices").send(text))) {
				await().until(() -> orders.count() > 1000 && invoices.count() > 1000);
				List<String> sentOrders = orders.stop();
				List<String> sentInvoices = invoices.stop();
				await().until(() -> recorder.count() >= sentOrders.size() + sentInvoices.size());
				assertThat(recorder.deliveries()).filteredOn((delivery) -> delivery.source().equals("orders"))
					.extracting(Delivery::text)
					.isEqualTo(sentOrders);
				assertThat(recorder.deliveries()).filteredOn((delivery) -> delivery.source().equals("invoices"))
					.extracting(Delivery::text)
					.isEqualTo(sentInvoices);
			}
		}
	}

	@Test
	void handlesAsManyAtOnceAsTheConcurrencyAndNeverMoreOnPlatformThreads(RedisServer redis) {
		handlesAtOnce(redis, 5, WorkerExecutors.platformThreads());
	}

	@Test
	void handlesAsManyAtOnceAsTheConcurrencyAndNeverMoreWhereThreadsAreNotBounded(RedisServer redis) {
		handlesAtOnce(redis, 5, (listenerId, concurrency) -> Executors.newCachedThreadPool());
	}

	@Test
	void handlesOneAtATimeWithAConcurrencyOfOneWhereThreadsAreNotBounded(RedisServer redis) {
		handlesAtOnce(redis, 1, (listenerId, concurrency) -> Executors.newCachedThreadPool());
	}

	private static void handlesAtOnce(RedisServer redis, int concurrency, WorkerExecutors executors) {
		CountDownLatch together = new CountDownLatch(concurrency);
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		Recorder recorder = new Recorder((delivery, acknowledgment) -> {
			most.accumulateAndGet(running.incrementAndGet(), Math::max);
			together.countDown();
			Work.until(together);
			Work.lasting(Duration.ofMillis(1));
			running.decrementAndGet();
		});
		try (TestBroker broker = new TestBroker(TestBroker.configuration(redis), "test", executors,
				BrokerEvents.NONE)) {
			broker.listen(StreamEndpoint.builder("listener")
				.streams("orders")
				.group("billing")
				.settings(TestSettings.defaults().concurrency(concurrency).batchSize(10).build())
				.handler(recorder.handler()));
			broker.broker().stream("orders").sendAll(numbered("m", 500));
			await().until(() -> recorder.count() >= 500);
			awaitNothingPending(redis, "orders", "billing");
			assertThat(most).hasValue(concurrency);
			assertThat(recorder.texts()).containsExactlyInAnyOrderElementsOf(numbered("m", 500));
		}
	}

	private static List<String> handledFrom(RedisServer redis, StartFrom startFrom) {
		Recorder recorder = new Recorder();
		try (TestBroker broker = new TestBroker(redis)) {
			broker.listen(StreamEndpoint.builder("listener")
				.streams("orders")
				.group("billing")
				.startFrom(startFrom)
				.handler(recorder.handler()));
			broker.broker().stream("orders").send("after");
			await().until(() -> recorder.texts().contains("after"));
			return recorder.texts();
		}
	}

	private static ListenerContainer listen(TestBroker broker, String id, String group, Recorder recorder) {
		return broker.listen(StreamEndpoint.builder(id).streams("orders").group(group).handler(recorder.handler()));
	}

	private static void add(RedisServer redis, String id, String text) {
		redis.commands().xadd("orders", new XAddArgs().id(id), "payload", text);
	}

	private static List<String> numbered(String prefix, int count) {
		return IntStream.range(0, count).mapToObj((i) -> prefix + "-" + i).toList();
	}

	private static void awaitNothingPending(RedisServer redis, String stream, String group) {
		await().untilAsserted(() -> assertThat(redis.commands().xpending(stream, group).getCount()).isZero());
	}

}
