package io.redisbroker.engine.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

import io.lettuce.core.XAddArgs;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.message.Delivery;
import io.redisbroker.stream.StartFrom;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.support.Load;
import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Listeners without a group: every instance sees every entry.
 */
@WithRedis
class StreamFanOutIntegrationTests {

	@Test
	void showsEveryInstanceEveryEntryFromNowOnAndLosesNothingBetweenReads(RedisServer redis) {
		List<Recorder> recorders = List.of(new Recorder(), new Recorder());
		try (TestBroker one = new TestBroker(redis, "one");
				TestBroker other = new TestBroker(redis, "other");
				Load load = Load.atFullSpeed((text) -> redis.commands().xadd("prices", "payload", text))) {
			await().until(() -> load.count() > 100);
			listen(one, null, recorders.get(0), "prices");
			listen(other, null, recorders.get(1), "prices");
			// of Redis, which may have one that its sender does not know of yet
			int storedWhenStarted = redis.commands().xlen("prices").intValue();
			await().until(() -> load.count() > storedWhenStarted + 5000);
			List<String> sent = load.stop();
			for (Recorder recorder : recorders) {
				await().until(() -> recorder.texts().contains(sent.get(sent.size() - 1)));
				List<String> seen = recorder.texts();
				assertThat(sent.indexOf(seen.get(0))).isPositive().isLessThanOrEqualTo(storedWhenStarted);
				assertThat(seen).isEqualTo(sent.subList(sent.size() - seen.size(), sent.size()));
			}
			assertThat(redis.commands().xinfoGroups("prices")).isEmpty();
		}
	}

	@Test
	void readsFromTheBeginning(RedisServer redis) {
		redis.commands().xadd("prices", "payload", "one");
		redis.commands().xadd("prices", "payload", "two");
		assertThat(seenFrom(redis, StartFrom.BEGINNING)).containsExactly("one", "two", "after");
	}

	@Test
	void readsAfterAnId(RedisServer redis) {
		redis.commands().xadd("prices", new XAddArgs().id("1000-0"), "payload", "one");
		redis.commands().xadd("prices", new XAddArgs().id("1000-1"), "payload", "two");
		assertThat(seenFrom(redis, StartFrom.parse("1000-0"))).containsExactly("two", "after");
	}

	@Test
	void readsFromAnInstant(RedisServer redis) {
		redis.commands().xadd("prices", new XAddArgs().id("1000-0"), "payload", "one");
		redis.commands().xadd("prices", new XAddArgs().id("2000-0"), "payload", "two");
		assertThat(seenFrom(redis, StartFrom.at(Instant.ofEpochMilli(2000)))).containsExactly("two", "after");
	}

	@Test
	void readsNewEntriesOnlyUnlessTold(RedisServer redis) {
		redis.commands().xadd("prices", "payload", "one");
		assertThat(seenFrom(redis, null)).containsExactly("after");
	}

	@Test
	void readsAStreamThatDoesNotExistYet(RedisServer redis) {
		assertThat(seenFrom(redis, StartFrom.NEW)).containsExactly("after");
	}

	@Test
	void readsSeveralStreamsEachInOrder(RedisServer redis) {
		Recorder recorder = new Recorder();
		try (TestBroker broker = new TestBroker(redis)) {
			listen(broker, null, recorder, "prices", "rates");
			List<String> texts = IntStream.range(0, 2000).mapToObj((i) -> "m-" + i).toList();
			broker.broker().stream("prices").sendAll(texts);
			broker.broker().stream("rates").sendAll(texts);
			await().until(() -> recorder.count() >= 4000);
			for (String stream : List.of("prices", "rates")) {
				assertThat(recorder.deliveries()).filteredOn((delivery) -> delivery.source().equals(stream))
					.extracting(Delivery::text)
					.isEqualTo(texts);
			}
		}
	}

	@Test
	void goesOnWhereItStoppedWhenItIsStartedAgain(RedisServer redis) {
		Recorder recorder = new Recorder();
		try (TestBroker broker = new TestBroker(redis)) {
			ListenerContainer container = listen(broker, null, recorder, "prices");
			broker.broker().stream("prices").send("one");
			await().until(() -> recorder.count() == 1);
			container.stop(Duration.ofSeconds(5)).join();
			broker.broker().stream("prices").send("two");
			container.start().join();
			await().until(() -> recorder.count() == 2);
			assertThat(recorder.texts()).containsExactly("one", "two");
		}
	}

	@Test
	void countsWhatAListenerFailsOnAsDroppedAndGoesOn(RedisServer redis) {
		RecordedEvents events = new RecordedEvents();
		Recorder recorder = new Recorder((delivery, acknowledgment) -> {
			if ("bad".equals(delivery.text())) {
				throw new IllegalStateException();
			}
		});
		try (TestBroker broker = new TestBroker(redis, "test", events)) {
			listen(broker, null, recorder, "prices");
			broker.broker().stream("prices").sendAll(List.of("bad", "good"));
			await().until(() -> recorder.count() == 2);
			await().until(() -> events.handled() == 1);
			assertThat(events.dropped()).isOne();
			assertThat(redis.commands().exists("{prices}:dlq")).isZero();
		}
	}

	@Test
	void handlesAtShutdownWhatItHasRead(RedisServer redis) {
		Recorder recorder = new Recorder();
		try (Load load = Load.atFullSpeed((text) -> redis.commands().xadd("prices", "payload", text))) {
			TestBroker first = new TestBroker(redis);
			ListenerContainer container = listen(first, StartFrom.BEGINNING, recorder, "prices");
			await().until(() -> recorder.count() > 500);
			for (int i = 0; i < 5; i++) {
				container.stop(Duration.ofSeconds(5)).join();
				container.start().join();
				int count = recorder.count();
				await().until(() -> recorder.count() > count + 100);
			}
			List<String> sent = load.stop();
			await().until(() -> recorder.count() >= sent.size());
			first.close();
			assertThat(recorder.texts()).isEqualTo(sent);
		}
	}

	private static List<String> seenFrom(RedisServer redis, StartFrom startFrom) {
		Recorder recorder = new Recorder();
		try (TestBroker broker = new TestBroker(redis)) {
			listen(broker, startFrom, recorder, "prices");
			broker.broker().stream("prices").send("after");
			await().until(() -> recorder.texts().contains("after"));
			return recorder.texts();
		}
	}

	private static ListenerContainer listen(TestBroker broker, StartFrom startFrom, Recorder recorder,
			String... streams) {
		return broker.listen(StreamEndpoint.builder("listener")
			.streams(streams)
			.startFrom(startFrom)
			.settings(TestSettings.defaults().ackMode(AckMode.NONE).build())
			.handler(recorder.handler()));
	}

}
