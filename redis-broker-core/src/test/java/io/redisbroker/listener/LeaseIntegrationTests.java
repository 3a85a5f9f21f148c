package io.redisbroker.listener;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.lettuce.core.Range;
import io.redisbroker.listener.DeliveryHandler.DeliveryListener;
import io.redisbroker.message.Delivery;
import io.redisbroker.support.BatchHandler;
import io.redisbroker.support.Patience;
import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.support.Work;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Consumers reclaim messages only from dead consumers, after the reclaim delay.
 */
@WithRedis
class LeaseIntegrationTests {

	/** Longer than a busy machine keeps a thread waiting that renews. */
	private static final Duration RECLAIM_DELAY = Duration.ofSeconds(2);

	private final RecordedEvents events = new RecordedEvents();

	@ParameterizedTest
	@EnumSource
	void leavesAloneWhatTakesThreeTimesTheReclaimDelay(TestedTransport transport, RedisServer redis) {
		// it has no room for more, so only the other consumer can reclaim it
		handlesOnceWithTwoConsumers(transport, redis, 1, settings().batchSize(1),
				(delivery, acknowledgment) -> Work.lasting(RECLAIM_DELAY.multipliedBy(3)));
	}

	@ParameterizedTest
	@EnumSource
	void leavesAloneWhatWaitsBehindLongWork(TestedTransport transport, RedisServer redis) {
		handlesOnceWithTwoConsumers(transport, redis, 30, settings(),
				(delivery, acknowledgment) -> Work.lasting(RECLAIM_DELAY.dividedBy(8)));
	}

	@ParameterizedTest
	@EnumSource
	void leavesAloneWhatManyThreadsAreBusyWith(TestedTransport transport, RedisServer redis) {
		handlesOnceWithTwoConsumers(transport, redis, 8, settings().concurrency(4).batchSize(1),
				(delivery, acknowledgment) -> Work.lasting(RECLAIM_DELAY.multipliedBy(2)));
	}

	private void handlesOnceWithTwoConsumers(TestedTransport transport, RedisServer redis, int count,
			TestSettings settings, DeliveryListener work) {
		List<Recorder> recorders = Stream.generate(() -> new Recorder(work)).limit(2).toList();
		List<String> sent = numbered(count);
		try (TestBroker one = broker(redis, "one"); TestBroker other = broker(redis, "other")) {
			listen(transport, one, recorders.get(0), settings);
			listen(transport, other, recorders.get(1), settings);
			transport.send(one.broker(), "orders", sent);
			await().until(() -> this.events.handled() == count);
			awaitNothingInFlight(transport, redis);
		}
		assertThat(recorders.stream().flatMap((recorder) -> recorder.texts().stream()))
			.containsExactlyInAnyOrderElementsOf(sent);
		assertThat(this.events.reclaimed()).isZero();
		assertThat(this.events.lost()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void takesOverWhatAnotherConsumerLeft(TestedTransport transport, RedisServer redis) {
		Recorder recorder = new Recorder();
		leaveInFlight(transport, redis, 250);
		try (TestBroker broker = broker(redis, "one")) {
			listen(transport, broker, recorder, settings());
			await().until(() -> recorder.count() >= 250);
			awaitNothingInFlight(transport, redis);
		}
		assertThat(recorder.texts()).containsExactlyInAnyOrderElementsOf(numbered(250));
		assertThat(recorder.deliveries()).extracting(Delivery::deliveryCount).containsOnly(2L);
		assertThat(this.events.reclaimed()).isEqualTo(250);
	}

	@ParameterizedTest
	@EnumSource
	void givesUpBeforeTheCallWhatWasDeliveredTooOften(TestedTransport transport, RedisServer redis) {
		Recorder recorder = new Recorder();
		leaveInFlight(transport, redis, 1);
		try (TestBroker broker = broker(redis, "one")) {
			listen(transport, broker, recorder, settings().maxDeliveries(1));
			await().until(() -> redis.commands().xlen("{orders}:dlq") == 1);
			awaitNothingInFlight(transport, redis);
		}
		assertThat(recorder.count()).isZero();
		assertThat(redis.commands().xrange("{orders}:dlq", Range.unbounded()).get(0).getBody())
			.containsEntry("payload", "m-0")
			.containsEntry("dead-letter-reason", "DELIVERIES_EXHAUSTED")
			.containsKey("dead-letter-detail");
	}

	@ParameterizedTest
	@EnumSource
	void keepsMoreAliveThanOneScriptCanTake(TestedTransport transport, RedisServer redis) {
		AtomicInteger handled = new AtomicInteger();
		AtomicInteger calls = new AtomicInteger();
		CountDownLatch allRead = new CountDownLatch(1);
		DeliveryHandler handler = new BatchHandler((deliveries) -> {
			// the second call has all that was read during the first one
			if (calls.incrementAndGet() == 1) {
				Work.until(allRead);
			}
			else {
				Work.lasting(Duration.ofSeconds(14));
			}
			handled.addAndGet(deliveries.size());
		});
		TestSettings settings = TestSettings.defaults().batchSize(10_000).reclaimDelay(Duration.ofSeconds(6));
		try (TestBroker broker = broker(redis, "test"); TestBroker other = broker(redis, "other")) {
			transport.send(broker.broker(), "orders", numbered(9500));
			broker.listen(transport.endpoint("orders", settings.build(), handler));
			Patience.await().until(() -> transport.inFlight(redis.commands(), "orders").size() == 9500);
			other.listen(transport.endpoint("orders", settings.build(), handler));
			allRead.countDown();
			Patience.await().untilAsserted(() -> assertThat(handled).hasValueGreaterThanOrEqualTo(9500));
			Patience.await()
				.untilAsserted(() -> assertThat(transport.inFlight(redis.commands(), "orders").size()).isZero());
		}
		assertThat(handled).hasValue(9500);
		assertThat(calls.get()).isLessThanOrEqualTo(2);
		assertThat(this.events.lost()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void isNotCalledAgainWhenRedisStallsForLongerThanTheReclaimDelay(TestedTransport transport, RedisServer redis) {
		CountDownLatch stalled = new CountDownLatch(1);
		Recorder recorder = new Recorder((delivery, acknowledgment) -> Work.until(stalled));
		try (TestBroker broker = broker(redis, "test")) {
			listen(transport, broker, recorder,
					TestSettings.defaults().concurrency(2).reclaimDelay(Duration.ofSeconds(1)));
			transport.send(broker.broker(), "orders", List.of("long"));
			Patience.await().until(() -> recorder.count() == 1);
			for (int i = 0; i < 3; i++) {
				redis.freeze();
				long frozen = System.nanoTime();
				Patience.await().until(() -> System.nanoTime() - frozen > TimeUnit.MILLISECONDS.toNanos(1500));
				redis.resume();
				long resumed = System.nanoTime();
				Patience.await().until(() -> System.nanoTime() - resumed > TimeUnit.MILLISECONDS.toNanos(500));
			}
			stalled.countDown();
			Patience.await()
				.untilAsserted(() -> assertThat(transport.inFlight(redis.commands(), "orders").size()).isZero());
		}
		assertThat(recorder.texts()).containsExactly("long");
		assertThat(this.events.lost()).isZero();
	}

	private TestBroker broker(RedisServer redis, String instance) {
		return new TestBroker(redis, instance, this.events);
	}

	private static TestSettings settings() {
		return TestSettings.defaults().reclaimDelay(RECLAIM_DELAY);
	}

	private static void listen(TestedTransport transport, TestBroker broker, Recorder recorder, TestSettings settings) {
		broker.listen(transport.endpoint("orders", settings.build(), recorder.handler()));
	}

	/** Leaves messages in flight, as a killed process does. */
	private static void leaveInFlight(TestedTransport transport, RedisServer redis, int count) {
		try (TestBroker gone = new TestBroker(redis, "gone")) {
			transport.send(gone.broker(), "orders", numbered(count));
			listen(transport, gone, new Recorder(), settings().ackMode(AckMode.MANUAL).batchSize(count));
			await().until(() -> transport.inFlight(redis.commands(), "orders").size() == count);
			gone.cutOff();
		}
	}

	private static List<String> numbered(int count) {
		return IntStream.range(0, count).mapToObj((i) -> "m-" + i).toList();
	}

	private static void awaitNothingInFlight(TestedTransport transport, RedisServer redis) {
		await().untilAsserted(() -> assertThat(transport.inFlight(redis.commands(), "orders")).isEmpty());
	}

}
