package io.redisbroker.engine.stream;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.lettuce.core.Consumer;
import io.lettuce.core.XAddArgs;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.stream.StartFrom;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.support.Load;
import io.redisbroker.support.Patience;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.Work;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Somebody deletes what listeners read from, or how far they have read.
 */
@WithRedis
class GroupLossIntegrationTests {

	private static final String STREAM = "orders";

	private static final String GROUP = "billing";

	@RepeatedTest(10)
	void handlesAllThatWasSentAroundTheDestructionOfTheGroupUnderLoad(RedisServer redis) {
		Recorder handled = new Recorder();
		try (TestBroker one = new TestBroker(redis, "one"); TestBroker other = new TestBroker(redis, "other")) {
			listen(one, TestSettings.defaults().build(), StartFrom.BEGINNING, handled);
			listen(other, TestSettings.defaults().build(), StartFrom.BEGINNING, handled);
			try (Load load = Load.atFullSpeed(one.broker().stream(STREAM)::send)) {
				Patience.await().until(() -> handled.count() > 200);
				assertThat(redis.commands().xgroupDestroy(STREAM, GROUP)).isTrue();
				int before = load.count();
				Patience.await().until(() -> load.count() > before + 200);
				List<String> sent = load.stop();
				Patience.await().untilAsserted(() -> assertThat(handled.missing(sent)).isEmpty());
			}
		}
	}

	@Test
	void handlesWhatItHadReadAheadWhenTheGroupWasDestroyed(RedisServer redis) {
		List<String> messages = IntStream.range(0, 20).mapToObj(Integer::toString).toList();
		CountDownLatch finish = new CountDownLatch(1);
		Recorder handled = new Recorder((delivery, acknowledgment) -> Work.until(finish));
		try (TestBroker broker = new TestBroker(redis)) {
			listen(broker, TestSettings.defaults().reclaimDelay(Duration.ofMillis(300)).build(), StartFrom.BEGINNING,
					handled);
			broker.broker().stream(STREAM).sendAll(messages);
			Patience.await().until(() -> redis.commands().xpending(STREAM, GROUP).getCount() == messages.size());
			assertThat(redis.commands().xgroupDestroy(STREAM, GROUP)).isTrue();
			awaitRenewals(redis);
			finish.countDown();
			Patience.await().untilAsserted(() -> assertThat(handled.missing(messages)).isEmpty());
		}
	}

	/** What is held is renewed by a script that looks it up among what is pending. */
	private static void awaitRenewals(RedisServer redis) {
		long before = redis.commandStats().get("xpending");
		Patience.await().until(() -> redis.commandStats().get("xpending") > before + 3);
	}

	@Test
	void handlesWhatWasAddedInTheMillisecondOfAFlushAll(RedisServer redis) {
		Recorder handled = new Recorder();
		try (TestBroker broker = new TestBroker(redis)) {
			listen(broker, TestSettings.defaults().build(), StartFrom.BEGINNING, handled);
			add(redis, "5-5", "before");
			Patience.await().until(() -> handled.count() == 1);
			redis.commands().multi();
			redis.commands().flushall();
			add(redis, "5-1", "in the same millisecond");
			add(redis, "5-5", "with the same id");
			add(redis, "6-0", "after");
			redis.commands().exec();
			Patience.await().untilAsserted(() -> assertThat(handled.texts()).contains("after"));
			assertThat(handled.texts()).containsExactly("before", "in the same millisecond", "with the same id",
					"after");
		}
	}

	@Test
	void handlesNothingTwiceWhenTheGroupWasDestroyedAndTheLastEntryDeleted(RedisServer redis) {
		Recorder handled = new Recorder();
		try (TestBroker broker = new TestBroker(redis)) {
			listen(broker, TestSettings.defaults().build(), StartFrom.BEGINNING, handled);
			add(redis, "5-1", "first");
			add(redis, "5-2", "deleted");
			Patience.await()
				.until(() -> handled.count() == 2 && redis.commands().xpending(STREAM, GROUP).getCount() == 0);
			redis.commands().xdel(STREAM, "5-2");
			redis.commands().xgroupDestroy(STREAM, GROUP);
			add(redis, "6-0", "after");
			Patience.await().until(() -> handled.texts().contains("after"));
			assertThat(handled.texts()).containsExactly("first", "deleted", "after");
		}
	}

	@Test
	void handlesWhatIsNewWhenTheGroupWasDestroyedBeforeItHadSeenAnything(RedisServer redis) {
		Recorder handled = new Recorder();
		add(redis, "5-1", "old");
		try (TestBroker broker = new TestBroker(redis)) {
			listen(broker, TestSettings.defaults().build(), StartFrom.NEW, handled);
			redis.commands().multi();
			redis.commands().xgroupDestroy(STREAM, GROUP);
			add(redis, "6-0", "new");
			redis.commands().exec();
			add(redis, "7-0", "newer");
			Patience.await().until(() -> handled.texts().contains("newer"));
			assertThat(handled.texts()).containsExactly("new", "newer");
		}
	}

	@Test
	void handlesWhatItHoldsWhenItsGroupIsDeleted(RedisServer redis) {
		CountDownLatch destroyed = new CountDownLatch(1);
		List<String> sent = IntStream.range(0, 50).mapToObj(Integer::toString).toList();
		Recorder recorder = new Recorder((delivery, acknowledgment) -> Work.until(destroyed));
		try (TestBroker broker = new TestBroker(redis)) {
			broker.broker().stream(STREAM).sendAll(sent);
			listen(broker, TestSettings.defaults().reclaimDelay(Duration.ofMillis(500)).build(), StartFrom.BEGINNING,
					recorder);
			Patience.await()
				.until(() -> recorder.count() == 1 && redis.commands().xpending(STREAM, GROUP).getCount() == 50);
			redis.commands().xgroupDestroy(STREAM, GROUP);
			destroyed.countDown();
			Patience.await().until(() -> recorder.missing(sent).isEmpty());
			broker.broker().stream(STREAM).send("afterwards");
			Patience.await().until(() -> recorder.texts().contains("afterwards"));
		}
	}

	@Test
	void handlesWhatItHoldsWhenItsConsumerIsDeleted(RedisServer redis) {
		CountDownLatch deleted = new CountDownLatch(1);
		List<String> sent = IntStream.range(0, 50).mapToObj(Integer::toString).toList();
		Recorder recorder = new Recorder((delivery, acknowledgment) -> Work.until(deleted));
		try (TestBroker broker = new TestBroker(redis)) {
			broker.broker().stream(STREAM).sendAll(sent);
			listen(broker, TestSettings.defaults().reclaimDelay(Duration.ofMillis(500)).build(), StartFrom.BEGINNING,
					recorder);
			Patience.await()
				.until(() -> recorder.count() == 1 && redis.commands().xpending(STREAM, GROUP).getCount() == 50);
			redis.commands().xgroupDelconsumer(STREAM, Consumer.from(GROUP, "test:listener"));
			deleted.countDown();
			Patience.await().until(() -> recorder.missing(sent).isEmpty());
		}
	}

	private static void listen(TestBroker broker, ListenerSettings settings, StartFrom startFrom, Recorder recorder) {
		broker.listen(StreamEndpoint.builder("listener")
			.streams(STREAM)
			.group(GROUP)
			.startFrom(startFrom)
			.settings(settings)
			.handler(recorder.handler()));
	}

	private static void add(RedisServer redis, String id, String payload) {
		redis.commands().xadd(STREAM, new XAddArgs().id(id), Map.of("payload", payload));
	}

}
