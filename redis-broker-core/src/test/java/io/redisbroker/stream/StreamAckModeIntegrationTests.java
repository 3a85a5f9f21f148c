package io.redisbroker.stream;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.lettuce.core.Range;
import io.redisbroker.deadletter.DeadLetter.Reason;
import io.redisbroker.message.Delivery;
import io.redisbroker.settlement.AckMode;
import io.redisbroker.settlement.Acknowledgment;
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
 * Settling by hand, and not at all.
 */
@WithRedis
class StreamAckModeIntegrationTests {

	private final RecordedEvents events = new RecordedEvents();

	private final Map<String, Acknowledgment> acknowledgments = new ConcurrentHashMap<>();

	private final Recorder recorder = new Recorder(
			(delivery, acknowledgment) -> this.acknowledgments.put(delivery.text(), acknowledgment));

	@Test
	void byHandAnEntryIsPendingUntilItIsAcknowledged(RedisServer redis) {
		try (TestBroker broker = broker(redis)) {
			listen(broker, manual(), this.recorder);
			broker.broker().stream("orders").sendAll(List.of("one", "two"));
			await().until(() -> this.acknowledgments.size() == 2);
			assertThat(pending(redis)).isEqualTo(2);
			assertThat(this.acknowledgments.get("two").acknowledge().join()).isTrue();
			assertThat(pending(redis)).isOne();
			assertThat(this.acknowledgments.get("one").acknowledge().join()).isTrue();
			assertThat(pending(redis)).isZero();
		}
		assertThat(this.recorder.texts()).containsExactly("one", "two");
	}

	@Test
	void byHandOnlyTheFirstSettlementCounts(RedisServer redis) {
		try (TestBroker broker = broker(redis)) {
			listen(broker, manual(), this.recorder);
			broker.broker().stream("orders").send("one");
			await().until(() -> this.acknowledgments.size() == 1);
			Acknowledgment acknowledgment = this.acknowledgments.get("one");
			CompletableFuture<Boolean> first = acknowledgment.acknowledge();
			assertThat(acknowledgment.deadLetter("too late")).isSameAs(first);
			assertThat(acknowledgment.retry(Duration.ZERO).join()).isTrue();
			assertThat(pending(redis)).isZero();
			assertThat(redis.commands().exists("{orders}:dlq")).isZero();
		}
	}

	@Test
	void byHandAnEntryIsDeliveredAgainAfterThePauseAskedFor(RedisServer redis) {
		try (TestBroker broker = broker(redis)) {
			listen(broker, manual(), this.recorder);
			broker.broker().stream("orders").send("one");
			await().until(() -> this.acknowledgments.size() == 1);
			long asked = System.nanoTime();
			assertThat(this.acknowledgments.get("one").retry(Duration.ofMillis(600)).join()).isTrue();
			await().pollInterval(Duration.ofMillis(10)).until(() -> this.recorder.count() == 2);
			assertThat(Duration.ofNanos(System.nanoTime() - asked)).isBetween(Duration.ofMillis(600),
					Duration.ofSeconds(4));
			assertThat(this.recorder.deliveries()).extracting(Delivery::deliveryCount).containsExactly(1L, 2L);
			assertThat(this.acknowledgments.get("one").acknowledge().join()).isTrue();
		}
		assertThat(this.events.retried()).isOne();
	}

	@Test
	void byHandAnEntryBecomesADeadLetterWithTheReasonGiven(RedisServer redis) {
		try (TestBroker broker = broker(redis)) {
			listen(broker, manual(), this.recorder);
			broker.broker().stream("orders").send("one");
			await().until(() -> this.acknowledgments.size() == 1);
			assertThat(this.acknowledgments.get("one").deadLetter("address unknown").join()).isTrue();
			assertThat(redis.commands().xrange("{orders}:dlq", Range.unbounded())).singleElement()
				.satisfies((letter) -> assertThat(letter.getBody()).containsEntry("payload", "one")
					.containsEntry("dead-letter-reason", "REJECTED")
					.containsEntry("dead-letter-detail", "address unknown")
					.doesNotContainKey("dead-letter-exception"));
			assertThat(pending(redis)).isZero();
		}
		assertThat(this.events.deadLetters()).containsExactly(Reason.REJECTED);
	}

	@Test
	void byHandAnEntryThatNobodySettledIsDeliveredAgainAfterTheReclaimDelay(RedisServer redis) {
		try (TestBroker broker = broker(redis)) {
			listen(broker, manual().reclaimDelay(Duration.ofSeconds(2)), this.recorder);
			broker.broker().stream("orders").send("one");
			await().until(() -> this.recorder.count() == 1);
			Acknowledgment first = this.acknowledgments.get("one");
			await().until(() -> this.recorder.count() == 2);
			await().until(() -> this.acknowledgments.get("one") != first);
			assertThat(first.acknowledge().join()).isFalse();
			assertThat(pending(redis)).isOne();
			assertThat(this.acknowledgments.get("one").acknowledge().join()).isTrue();
			assertThat(pending(redis)).isZero();
		}
		assertThat(this.events.lost()).isOne();
	}

	@Test
	void byHandAListenerThatThrowsIsTriedAgainUnlessItHadSettled(RedisServer redis) {
		Recorder failing = new Recorder((delivery, acknowledgment) -> {
			if ("settled".equals(delivery.text()) || delivery.deliveryCount() == 2) {
				acknowledgment.acknowledge();
			}
			throw new IllegalStateException();
		});
		try (TestBroker broker = broker(redis)) {
			listen(broker, manual().backoff(TestSettings.NO_PAUSE), failing);
			broker.broker().stream("orders").sendAll(List.of("settled", "unsettled"));
			await().until(() -> failing.count() == 3);
			assertThat(failing.texts()).containsExactly("settled", "unsettled", "unsettled");
			await().until(() -> pending(redis) == 0);
			assertThat(redis.commands().exists("{orders}:dlq")).isZero();
		}
	}

	@Test
	void byHandASettlementInAnotherThreadIsAwaitedAtShutdown(RedisServer redis) {
		List<String> sent = IntStream.range(0, 500).mapToObj((i) -> "m-" + i).toList();
		TestBroker broker = broker(redis);
		listen(broker, manual().batchSize(1000), this.recorder);
		broker.broker().stream("orders").sendAll(sent);
		await().until(() -> this.acknowledgments.size() == 500);
		this.acknowledgments.values().forEach(Acknowledgment::acknowledge);
		broker.close();
		assertThat(pending(redis)).isZero();
	}

	@Test
	void atMostOnceNothingIsEverPending(RedisServer redis) {
		CountDownLatch go = new CountDownLatch(1);
		Recorder slow = new Recorder((delivery, acknowledgment) -> Work.until(go));
		try (TestBroker broker = broker(redis)) {
			listen(broker, TestSettings.defaults().ackMode(AckMode.NONE), slow);
			broker.broker().stream("orders").sendAll(List.of("one", "two", "three"));
			await().until(() -> slow.count() == 1);
			assertThat(pending(redis)).isZero();
			go.countDown();
			await().until(() -> slow.count() == 3);
			assertThat(pending(redis)).isZero();
		}
		assertThat(slow.texts()).containsExactly("one", "two", "three");
	}

	@Test
	void atMostOnceAFailureDropsTheEntryAndCountsIt(RedisServer redis) {
		Recorder failing = new Recorder((delivery, acknowledgment) -> {
			throw new IllegalStateException();
		});
		try (TestBroker broker = broker(redis)) {
			listen(broker, TestSettings.defaults().ackMode(AckMode.NONE), failing);
			broker.broker().stream("orders").sendAll(List.of("one", "two"));
			await().until(() -> this.events.dropped() == 2);
			assertThat(redis.commands().exists("{orders}:dlq")).isZero();
		}
		assertThat(failing.texts()).containsExactly("one", "two");
		assertThat(this.events.deadLetters()).isEmpty();
		assertThat(this.events.retried()).isZero();
	}

	@Test
	void atMostOnceAFailureIsKeptWhereDeadLettersAreNamed(RedisServer redis) {
		Recorder failing = new Recorder((delivery, acknowledgment) -> {
			throw new IllegalStateException("no paper");
		});
		try (TestBroker broker = broker(redis)) {
			listen(broker, TestSettings.defaults().ackMode(AckMode.NONE).deadLetters("broken"), failing);
			broker.broker().stream("orders").withHeader("trace", "abc").send("one");
			await().until(() -> this.events.deadLetters().size() == 1);
			assertThat(redis.commands().xrange("broken", Range.unbounded())).singleElement()
				.satisfies((letter) -> assertThat(letter.getBody()).containsEntry("payload", "one")
					.containsEntry("trace", "abc")
					.containsEntry("dead-letter-source", "orders")
					.containsEntry("dead-letter-group", "billing")
					.containsEntry("dead-letter-message", "no paper"));
		}
		assertThat(this.events.dropped()).isZero();
	}

	@Test
	void atMostOnceWhatWasReadIsHandledAtShutdown(RedisServer redis) {
		CountDownLatch go = new CountDownLatch(1);
		Recorder slow = new Recorder((delivery, acknowledgment) -> Work.until(go));
		List<String> sent = IntStream.range(0, 50).mapToObj((i) -> "m-" + i).toList();
		TestBroker broker = broker(redis);
		listen(broker, TestSettings.defaults().ackMode(AckMode.NONE), slow);
		broker.broker().stream("orders").sendAll(sent);
		await().until(() -> slow.count() == 1);
		CompletableFuture<Void> closed = CompletableFuture.runAsync(broker::close);
		await().until(() -> !broker.registry().isRunning());
		go.countDown();
		closed.join();
		Recorder rest = new Recorder();
		try (TestBroker next = broker(redis)) {
			listen(next, TestSettings.defaults().ackMode(AckMode.NONE), rest);
			await().until(() -> slow.count() + rest.count() >= 50);
		}
		assertThat(slow.count()).isPositive();
		assertThat(rest.texts()).isEqualTo(sent.subList(slow.count(), 50));
		assertThat(slow.texts()).isEqualTo(sent.subList(0, slow.count()));
	}

	private TestBroker broker(RedisServer redis) {
		return new TestBroker(redis, "test", this.events);
	}

	private static TestSettings manual() {
		return TestSettings.defaults().ackMode(AckMode.MANUAL);
	}

	private static void listen(TestBroker broker, TestSettings settings, Recorder recorder) {
		broker.listen(StreamEndpoint.builder("listener")
			.streams("orders")
			.group("billing")
			.settings(settings.build())
			.handler(recorder.handler()));
	}

	private static long pending(RedisServer redis) {
		return redis.commands().xpending("orders", "billing").getCount();
	}

}
