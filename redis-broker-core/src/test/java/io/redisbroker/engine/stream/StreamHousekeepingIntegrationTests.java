package io.redisbroker.engine.stream;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.lettuce.core.Consumer;
import io.lettuce.core.Range;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.XTrimArgs;
import io.redisbroker.engine.pull.ReclaimRoom;
import io.redisbroker.engine.settlement.Takeovers;
import io.redisbroker.stream.StreamEndpoint;
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
 * Consumers that left, and entries that were removed before they were handled.
 */
@WithRedis
class StreamHousekeepingIntegrationTests {

	private final RecordedEvents events = new RecordedEvents();

	@Test
	void removesConsumersThatLeftLongAgoButNeverOneWithPendingEntries(RedisServer redis) {
		createGroup(redis);
		redis.commands().xgroupCreateconsumer("orders", Consumer.from("billing", "left"));
		redis.commands().xadd("orders", "payload", "x");
		redis.commands().xreadgroup(Consumer.from("billing", "holds"), StreamOffset.lastConsumed("orders"));
		redis.commands().xgroupCreateconsumer("orders", Consumer.from("billing", "myself"));
		try (TestBroker broker = broker(redis)) {
			assertThat(removeConsumers(broker, "myself", Duration.ofMinutes(1))).isEmpty();
			assertThat(removeConsumers(broker, "myself", Duration.ZERO)).containsExactly("left");
			assertThat(consumers(redis)).containsExactlyInAnyOrder("holds", "myself");
			assertThat(redis.commands().xpending("orders", "billing").getConsumerMessageCount()).containsEntry("holds",
					1L);
			redis.commands()
				.xack("orders", "billing", redis.commands().xrange("orders", Range.unbounded()).get(0).getId());
			assertThat(removeConsumers(broker, "myself", Duration.ZERO)).containsExactly("holds");
		}
	}

	@Test
	void removesItselfWhenItLeavesWithNothingPending(RedisServer redis) {
		Recorder recorder = new Recorder();
		try (TestBroker broker = broker(redis)) {
			listen(broker, recorder, TestSettings.defaults());
			broker.broker().stream("orders").send("x");
			await().until(() -> recorder.count() == 1);
			assertThat(consumers(redis)).singleElement().asString().startsWith("test:listener");
			assertThat(redis.commands().get("{orders}:takeovers:billing")).contains("\n" + consumers(redis).get(0));
		}
		assertThat(consumers(redis)).isEmpty();
		assertThat(redis.commands().get("{orders}:takeovers:billing")).doesNotContain("\n");
	}

	@Test
	void reportsEntriesThatWereDeletedWhilePendingAndGoesOn(RedisServer redis) {
		Recorder recorder = new Recorder();
		createGroup(redis);
		List<String> ids = IntStream.range(0, 10)
			.mapToObj((i) -> redis.commands().xadd("orders", "payload", "m-" + i))
			.toList();
		redis.commands().xreadgroup(Consumer.from("billing", "gone"), StreamOffset.lastConsumed("orders"));
		redis.commands().xdel("orders", ids.get(3), ids.get(7));
		redis.commands().xtrim("orders", XTrimArgs.Builder.minId(ids.get(2)).exactTrimming());
		try (TestBroker broker = broker(redis)) {
			listen(broker, recorder, TestSettings.defaults().reclaimDelay(Duration.ofMillis(300)));
			await().until(() -> recorder.count() == 6);
			await().until(() -> pending(redis) == 0);
			assertThat(recorder.texts()).containsExactly("m-2", "m-4", "m-5", "m-6", "m-8", "m-9");
			assertThat(this.events.trimmed()).isEqualTo(4);
			broker.broker().stream("orders").send("after");
			await().until(() -> recorder.texts().contains("after"));
		}
	}

	@Test
	void handlesWhatWasTrimmedAfterItWasRead(RedisServer redis) {
		CountDownLatch go = new CountDownLatch(1);
		Recorder slow = new Recorder((delivery, acknowledgment) -> Work.until(go));
		try (TestBroker broker = broker(redis)) {
			createGroup(redis);
			broker.broker().stream("orders").sendAll(List.of("one", "two", "three"));
			listen(broker, slow, TestSettings.defaults().reclaimDelay(Duration.ofSeconds(1)));
			await().until(() -> slow.count() == 1);
			await().until(() -> pending(redis) == 3);
			redis.commands().xtrim("orders", 0);
			// so long that what waits is offered to other instances, which can't have it
			await().during(Duration.ofSeconds(2)).until(() -> slow.count() == 1);
			go.countDown();
			await().until(() -> this.events.handled() == 3);
			assertThat(slow.texts()).containsExactly("one", "two", "three");
			broker.broker().stream("orders").send("after");
			await().until(() -> slow.texts().contains("after"));
			await().until(() -> pending(redis) == 0);
		}
	}

	@Test
	void renewingDropsNothingThatWasTrimmed(RedisServer redis) {
		createGroup(redis);
		String id = redis.commands().xadd("orders", "payload", "x");
		redis.commands().xreadgroup(Consumer.from("billing", "myself"), StreamOffset.lastConsumed("orders"));
		redis.commands().xdel("orders", id);
		try (TestBroker broker = broker(redis)) {
			broker.connections()
				.shared()
				.run(StreamScripts.RENEW, List.of("orders"), List.of("billing", "myself", id, id, id, 1))
				.join();
			assertThat(pending(redis)).isOne();
		}
	}

	@Test
	void looksOnlyThroughWhatWasPendingWhenItBegan(RedisServer redis) {
		createGroup(redis);
		// more digits from some id on: ids are no text
		int handedOut = handOut(redis, 8_500, 2_500);
		try (TestBroker broker = broker(redis)) {
			String cursor = "0-0";
			int scripts = 0;
			do {
				List<Object> reply = broker.connections()
					.shared()
					.run(StreamScripts.RECLAIM, List.of("orders", "retries", "failures", "takeovers"),
							List.of("billing", "myself", Membership.PARKING, 3_600_000, 100, 1, 1, 0, cursor))
					.join();
				cursor = new String((byte[]) ((List<?>) reply.get(1)).get(0), StandardCharsets.US_ASCII);
				scripts++;
				// as many as one script looks at
				handedOut = handOut(redis, handedOut, 1_000);
			}
			while (!"over".equals(cursor) && scripts < 10);
			assertThat(scripts).isEqualTo(3);
		}
	}

	@Test
	void looksThroughSeveralStreamsOnceEach(RedisServer redis) {
		List<String> streams = List.of("orders", "payments", "refunds");
		streams.forEach((stream) -> createGroup(redis, stream));
		// one script looks at a thousand
		handOut(redis, "orders", 1, 1_500);
		handOut(redis, "payments", 1, 2_500);
		handOut(redis, "refunds", 1, 4_500);
		try (TestBroker broker = broker(redis)) {
			StreamEndpoint endpoint = StreamEndpoint.builder("listener")
				.streams(streams.toArray(String[]::new))
				.group("billing")
				.settings(TestSettings.defaults().reclaimDelay(Duration.ofHours(1)).build())
				.handler(new Recorder().handler());
			Reclaimer reclaimer = new Reclaimer(broker.connections(), new Membership(streams, "billing", "myself"),
					new Takeovers(), endpoint, this.events);
			List<Long> scripts = new ArrayList<>();
			for (int look = 0; look < 2; look++) {
				reclaimer.reclaim(new ReclaimRoom(100, 1, 1, 0), true, scripts::add).join();
			}
			assertThat(scripts).hasSize(2 * 5);
		}
	}

	@Test
	void leavesWhatWasTrimmedToBeReportedByOthers(RedisServer redis) {
		CountDownLatch go = new CountDownLatch(1);
		Recorder slow = new Recorder((delivery, acknowledgment) -> Work.until(go));
		RecordedEvents others = new RecordedEvents();
		TestBroker leaving = broker(redis);
		createGroup(redis);
		leaving.broker().stream("orders").sendAll(List.of("one", "two", "three"));
		listen(leaving, slow, TestSettings.defaults());
		await().until(() -> slow.count() == 1);
		await().until(() -> pending(redis) == 3);
		redis.commands().xtrim("orders", 0);
		CompletableFuture<Void> left = CompletableFuture.runAsync(leaving::close);
		await().until(() -> !leaving.registry().isRunning());
		go.countDown();
		left.join();
		assertThat(slow.texts()).containsExactly("one");
		try (TestBroker other = new TestBroker(redis, "other", others)) {
			listen(other, new Recorder(), TestSettings.defaults());
			await().until(() -> this.events.trimmed() + others.trimmed() == 2);
			assertThat(pending(redis)).isZero();
		}
	}

	@Test
	void reportsAnEntryThatWasTrimmedBeforeItsRetry(RedisServer redis) {
		Recorder failing = new Recorder((delivery, acknowledgment) -> {
			if ("bad".equals(delivery.text())) {
				redis.commands().xdel("orders", delivery.id());
				throw new IllegalStateException();
			}
		});
		try (TestBroker broker = broker(redis)) {
			listen(broker, failing,
					TestSettings.defaults().backoff(TestSettings.NO_PAUSE).reclaimDelay(Duration.ofSeconds(1)));
			broker.broker().stream("orders").sendAll(List.of("bad", "good"));
			await().until(() -> this.events.handled() == 1);
			await().until(() -> this.events.trimmed() == 1);
			await().until(() -> pending(redis) == 0);
			assertThat(failing.texts()).containsExactly("bad", "good");
		}
	}

	private TestBroker broker(RedisServer redis) {
		return new TestBroker(redis, "test", this.events);
	}

	private static void listen(TestBroker broker, Recorder recorder, TestSettings settings) {
		broker.listen(StreamEndpoint.builder("listener")
			.streams("orders")
			.group("billing")
			.settings(settings.build())
			.handler(recorder.handler()));
	}

	private static int handOut(RedisServer redis, int from, int count) {
		return handOut(redis, "orders", from, count);
	}

	private static int handOut(RedisServer redis, String stream, int from, int count) {
		for (int time = from; time < from + count; time++) {
			redis.commands().xadd(stream, new XAddArgs().id(time + "-1"), "payload", "x");
		}
		redis.commands()
			.xreadgroup(Consumer.from("billing", "busy"), XReadArgs.Builder.count(count),
					StreamOffset.lastConsumed(stream));
		return from + count;
	}

	private static void createGroup(RedisServer redis) {
		createGroup(redis, "orders");
	}

	private static void createGroup(RedisServer redis, String stream) {
		redis.commands().xgroupCreate(StreamOffset.from(stream, "0"), "billing", XGroupCreateArgs.Builder.mkstream());
	}

	private static List<String> removeConsumers(TestBroker broker, String myself, Duration idle) {
		return broker.connections()
			.shared()
			.run(StreamScripts.REMOVE_CONSUMERS, List.of("orders", "takeovers"),
					List.of("billing", myself, idle.toMillis()))
			.join()
			.stream()
			.map((name) -> new String((byte[]) name))
			.toList();
	}

	private static List<String> consumers(RedisServer redis) {
		return redis.commands()
			.xinfoConsumers("orders", "billing")
			.stream()
			.map((consumer) -> (String) ((List<?>) consumer).get(1))
			.toList();
	}

	private static long pending(RedisServer redis) {
		return redis.commands().xpending("orders", "billing").getCount();
	}

}
