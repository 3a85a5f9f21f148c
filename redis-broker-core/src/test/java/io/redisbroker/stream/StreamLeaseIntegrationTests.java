package io.redisbroker.stream;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.lettuce.core.Consumer;
import io.lettuce.core.Range;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.redisbroker.listener.DeliveryHandler.DeliveryListener;
import io.redisbroker.message.Delivery;
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
 * Who may take over what from whom, and when.
 */
@WithRedis
class StreamLeaseIntegrationTests {

	private static final Duration RECLAIM_DELAY = Duration.ofMillis(800);

	private final RecordedEvents events = new RecordedEvents();

	@Test
	void leavesAloneWhatTakesThreeTimesTheReclaimDelay(RedisServer redis) {
		handlesOnceWithTwoConsumers(redis, 1, settings(),
				(delivery, acknowledgment) -> Work.lasting(RECLAIM_DELAY.multipliedBy(3)));
	}

	@Test
	void leavesAloneWhatWaitsBehindLongWork(RedisServer redis) {
		handlesOnceWithTwoConsumers(redis, 30, settings(),
				(delivery, acknowledgment) -> Work.lasting(RECLAIM_DELAY.dividedBy(4)));
	}

	@Test
	void leavesAloneWhatManyThreadsAreBusyWith(RedisServer redis) {
		handlesOnceWithTwoConsumers(redis, 8, settings().concurrency(4).batchSize(1),
				(delivery, acknowledgment) -> Work.lasting(RECLAIM_DELAY.multipliedBy(2)));
	}

	private void handlesOnceWithTwoConsumers(RedisServer redis, int count, TestSettings settings,
			DeliveryListener work) {
		List<Recorder> recorders = Stream.generate(() -> new Recorder(work)).limit(2).toList();
		List<String> sent = numbered(count);
		try (TestBroker one = broker(redis, "one"); TestBroker other = broker(redis, "other")) {
			listen(one, recorders.get(0), settings);
			listen(other, recorders.get(1), settings);
			one.broker().stream("orders").sendAll(sent);
			await().until(() -> this.events.handled() == count);
			awaitNothingPending(redis);
		}
		assertThat(recorders.stream().flatMap((recorder) -> recorder.texts().stream()))
			.containsExactlyInAnyOrderElementsOf(sent);
		assertThat(this.events.reclaimed()).isZero();
		assertThat(this.events.lost()).isZero();
	}

	@Test
	void takesOverWhatAnotherConsumerLeft(RedisServer redis) {
		Recorder recorder = new Recorder();
		leavePending(redis, "gone", 250);
		try (TestBroker broker = broker(redis, "one")) {
			listen(broker, recorder, settings());
			await().until(() -> recorder.count() >= 250);
			awaitNothingPending(redis);
		}
		assertThat(recorder.texts()).isEqualTo(numbered(250));
		assertThat(recorder.deliveries()).extracting(Delivery::deliveryCount).containsOnly(2L);
		assertThat(this.events.reclaimed()).isEqualTo(250);
	}

	@Test
	void givesUpBeforeTheCallWhatWasDeliveredTooOften(RedisServer redis) {
		Recorder recorder = new Recorder();
		leavePending(redis, "gone", 1);
		try (TestBroker broker = broker(redis, "one")) {
			listen(broker, recorder, settings().maxDeliveries(1));
			await().until(() -> redis.commands().xlen("{orders}:dlq") == 1);
			awaitNothingPending(redis);
		}
		assertThat(recorder.count()).isZero();
		assertThat(redis.commands().xrange("{orders}:dlq", Range.unbounded()).get(0).getBody())
			.containsEntry("payload", "m-0")
			.containsEntry("dead-letter-reason", "DELIVERIES_EXHAUSTED")
			.containsKey("dead-letter-detail");
	}

	private TestBroker broker(RedisServer redis, String instance) {
		return new TestBroker(redis, instance, this.events);
	}

	private static TestSettings settings() {
		return TestSettings.defaults().reclaimDelay(RECLAIM_DELAY);
	}

	private static void listen(TestBroker broker, Recorder recorder, TestSettings settings) {
		broker.listen(StreamEndpoint.builder("listener")
			.streams("orders")
			.group("billing")
			.settings(settings.build())
			.handler(recorder.handler()));
	}

	private static void leavePending(RedisServer redis, String consumer, int count) {
		redis.commands().xgroupCreate(StreamOffset.from("orders", "0"), "billing", XGroupCreateArgs.Builder.mkstream());
		numbered(count).forEach((text) -> redis.commands().xadd("orders", "payload", text));
		redis.commands().xreadgroup(Consumer.from("billing", consumer), StreamOffset.lastConsumed("orders"));
	}

	private static List<String> numbered(int count) {
		return IntStream.range(0, count).mapToObj((i) -> "m-" + i).toList();
	}

	private static void awaitNothingPending(RedisServer redis) {
		await().untilAsserted(() -> assertThat(redis.commands().xpending("orders", "billing").getCount()).isZero());
	}

}
