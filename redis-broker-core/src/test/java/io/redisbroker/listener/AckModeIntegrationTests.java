package io.redisbroker.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.lettuce.core.Range;
import io.redisbroker.deadletter.DeadLetter.Reason;
import io.redisbroker.engine.worker.ListenerAdvice;
import io.redisbroker.message.Acknowledgment;
import io.redisbroker.message.Delivery;
import io.redisbroker.retry.DoNotRetryException;
import io.redisbroker.retry.ExceptionRules;
import io.redisbroker.retry.FailurePolicy;
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
 * Settling by hand, and listeners without acknowledgements.
 */
@WithRedis
class AckModeIntegrationTests {

	private final RecordedEvents events = new RecordedEvents();

	private final Map<String, Acknowledgment> acknowledgments = new ConcurrentHashMap<>();

	private final Recorder recorder = new Recorder(
			(delivery, acknowledgment) -> this.acknowledgments.put(delivery.text(), acknowledgment));

	@ParameterizedTest
	@EnumSource
	void byHandAMessageIsInFlightUntilItIsAcknowledged(TestedTransport transport, RedisServer redis) {
		try (TestBroker broker = broker(redis)) {
			listen(transport, broker, manual(), this.recorder);
			transport.send(broker.broker(), "orders", List.of("one", "two"));
			await().until(() -> this.acknowledgments.size() == 2);
			assertThat(inFlight(transport, redis)).isEqualTo(2);
			assertThat(this.acknowledgments.get("two").acknowledge().join()).isTrue();
			assertThat(inFlight(transport, redis)).isOne();
			assertThat(this.acknowledgments.get("one").acknowledge().join()).isTrue();
			assertThat(inFlight(transport, redis)).isZero();
		}
		assertThat(this.recorder.texts()).containsExactly("one", "two");
	}

	@ParameterizedTest
	@EnumSource
	void byHandOnlyTheFirstSettlementCounts(TestedTransport transport, RedisServer redis) {
		try (TestBroker broker = broker(redis)) {
			listen(transport, broker, manual(), this.recorder);
			transport.send(broker.broker(), "orders", List.of("one"));
			await().until(() -> this.acknowledgments.size() == 1);
			Acknowledgment acknowledgment = this.acknowledgments.get("one");
			CompletableFuture<Boolean> first = acknowledgment.acknowledge();
			assertThat(acknowledgment.deadLetter("too late")).isSameAs(first);
			assertThat(acknowledgment.retry(Duration.ZERO).join()).isTrue();
			assertThat(inFlight(transport, redis)).isZero();
			assertThat(redis.commands().exists("{orders}:dlq")).isZero();
		}
	}

	@ParameterizedTest
	@EnumSource
	void byHandAMessageIsDeliveredAgainAfterThePauseAskedFor(TestedTransport transport, RedisServer redis) {
		try (TestBroker broker = broker(redis)) {
			listen(transport, broker, manual(), this.recorder);
			transport.send(broker.broker(), "orders", List.of("one"));
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

	@ParameterizedTest
	@EnumSource
	void byHandAPauseMayBeLongerThanAnyDate(TestedTransport transport, RedisServer redis) {
		try (TestBroker broker = broker(redis)) {
			listen(transport, broker, manual(), this.recorder);
			transport.send(broker.broker(), "orders", List.of("one"));
			await().until(() -> this.acknowledgments.size() == 1);
			assertThat(this.acknowledgments.get("one").retry(Duration.ofSeconds(Long.MAX_VALUE)).join()).isTrue();
			assertThat(inFlight(transport, redis)).isOne();
		}
		assertThat(this.events.retried()).isOne();
	}

	@ParameterizedTest
	@EnumSource
	void byHandAMessageBecomesADeadLetterWithTheReasonGiven(TestedTransport transport, RedisServer redis) {
		try (TestBroker broker = broker(redis)) {
			listen(transport, broker, manual(), this.recorder);
			transport.send(broker.broker(), "orders", List.of("one"));
			await().until(() -> this.acknowledgments.size() == 1);
			assertThat(this.acknowledgments.get("one").deadLetter("address unknown").join()).isTrue();
			assertThat(redis.commands().xrange("{orders}:dlq", Range.unbounded())).singleElement()
				.satisfies((letter) -> assertThat(letter.getBody()).containsEntry("payload", "one")
					.containsEntry("dead-letter-reason", "REJECTED")
					.containsEntry("dead-letter-detail", "address unknown")
					.doesNotContainKey("dead-letter-exception"));
			assertThat(inFlight(transport, redis)).isZero();
		}
		assertThat(this.events.deadLetters()).containsExactly(Reason.REJECTED);
	}

	/** Renewed until it is settled, also by another thread and after a long time. */
	@ParameterizedTest
	@EnumSource
	void byHandAMessageStaysItsConsumersUntilItIsSettled(TestedTransport transport, RedisServer redis) {
		TestSettings settings = manual().reclaimDelay(Duration.ofSeconds(2));
		try (TestBroker broker = broker(redis)) {
			listen(transport, broker, settings, this.recorder);
			transport.send(broker.broker(), "orders", List.of("one"));
			await().until(() -> this.acknowledgments.containsKey("one"));
			TestBroker dead = broker(redis);
			Recorder abandoned = new Recorder();
			listen(transport, dead, settings, abandoned);
			// the first listener may also take it, which is the same for this test
			for (int i = 0; abandoned.count() == 0; i++) {
				transport.send(broker.broker(), "orders", List.of("abandoned " + i));
				await().until(() -> abandoned.count() + this.recorder.count() > 1);
			}
			dead.cutOff();
			await().until(() -> this.events.reclaimed() > 0);
			assertThat(this.recorder.texts()).containsOnlyOnce("one");
			assertThat(this.acknowledgments.get("one").acknowledge().join()).isTrue();
		}
		assertThat(this.events.lost()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void byHandAMessageOfAListenerThatStoppedIsDeliveredAgainAfterTheReclaimDelay(TestedTransport transport,
			RedisServer redis) {
		TestSettings settings = manual().reclaimDelay(Duration.ofSeconds(1));
		Recorder next = new Recorder();
		try (TestBroker stopped = broker(redis); TestBroker broker = broker(redis)) {
			listen(transport, stopped, settings, this.recorder);
			transport.send(broker.broker(), "orders", List.of("one"));
			await().until(() -> this.acknowledgments.size() == 1);
			stopped.registry().stop();
			listen(transport, broker, settings, next);
			await().until(() -> next.count() == 1);
			assertThat(this.acknowledgments.get("one").acknowledge().join()).isFalse();
		}
		assertThat(next.deliveries().get(0).deliveryCount()).isEqualTo(2);
	}

	@ParameterizedTest
	@EnumSource
	void byHandNoMoreIsHandedOutThanTheListenerMayHold(TestedTransport transport, RedisServer redis) {
		List<String> sent = IntStream.range(0, 300).mapToObj((i) -> "m-" + i).toList();
		try (TestBroker broker = broker(redis)) {
			ListenerContainer listener = broker.listen(transport.endpoint("orders",
					manual().batchSize(10).reclaimDelay(Duration.ofSeconds(1)).build(), this.recorder.handler()));
			transport.send(broker.broker(), "orders", sent);
			await().until(() -> !listener.problems().isEmpty());
			assertThat(listener.problems()).extracting(ListenerProblem::kind)
				.containsExactly(ListenerProblem.Kind.STALL);
			assertThat(this.recorder.count()).isEqualTo(10);
			while (this.recorder.count() < sent.size()) {
				int before = this.recorder.count();
				this.acknowledgments.values().forEach(Acknowledgment::acknowledge);
				await().until(() -> this.recorder.count() > before);
			}
			this.acknowledgments.values().forEach(Acknowledgment::acknowledge);
			await().until(() -> inFlight(transport, redis) == 0);
		}
		assertThat(this.recorder.difference(sent)).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void byHandAListenerThatThrowsIsTriedAgainUnlessItHadSettled(TestedTransport transport, RedisServer redis) {
		Recorder failing = new Recorder((delivery, acknowledgment) -> {
			if ("settled".equals(delivery.text()) || delivery.deliveryCount() == 2) {
				acknowledgment.acknowledge();
			}
			throw new IllegalStateException();
		});
		try (TestBroker broker = broker(redis)) {
			listen(transport, broker, manual().backoff(TestSettings.NO_PAUSE), failing);
			transport.send(broker.broker(), "orders", List.of("settled", "unsettled"));
			await().until(() -> failing.count() == 3);
			assertThat(failing.texts()).containsExactly("settled", "unsettled", "unsettled");
			await().until(() -> inFlight(transport, redis) == 0);
			assertThat(redis.commands().exists("{orders}:dlq")).isZero();
		}
	}

	@ParameterizedTest
	@EnumSource
	void byHandASettlementInAnotherThreadIsAwaitedAtShutdown(TestedTransport transport, RedisServer redis) {
		List<String> sent = IntStream.range(0, 500).mapToObj((i) -> "m-" + i).toList();
		TestBroker broker = broker(redis);
		listen(transport, broker, manual().batchSize(1000), this.recorder);
		transport.send(broker.broker(), "orders", sent);
		await().until(() -> this.acknowledgments.size() == 500);
		this.acknowledgments.values().forEach(Acknowledgment::acknowledge);
		broker.close();
		assertThat(inFlight(transport, redis)).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void atMostOnceNothingIsEverInFlight(TestedTransport transport, RedisServer redis) {
		CountDownLatch go = new CountDownLatch(1);
		Recorder slow = new Recorder((delivery, acknowledgment) -> Work.until(go));
		try (TestBroker broker = broker(redis)) {
			listen(transport, broker, TestSettings.defaults().ackMode(AckMode.NONE), slow);
			transport.send(broker.broker(), "orders", List.of("one", "two", "three"));
			await().until(() -> slow.count() == 1);
			assertThat(inFlight(transport, redis)).isZero();
			go.countDown();
			await().until(() -> slow.count() == 3);
			assertThat(inFlight(transport, redis)).isZero();
		}
		assertThat(slow.texts()).containsExactly("one", "two", "three");
	}

	@ParameterizedTest
	@EnumSource
	void atMostOnceAFailureDropsTheMessageAndCountsIt(TestedTransport transport, RedisServer redis) {
		Recorder failing = new Recorder((delivery, acknowledgment) -> {
			throw new IllegalStateException();
		});
		try (TestBroker broker = broker(redis)) {
			listen(transport, broker, TestSettings.defaults().ackMode(AckMode.NONE), failing);
			transport.send(broker.broker(), "orders", List.of("one", "two"));
			await().until(() -> this.events.dropped() == 2);
			assertThat(inFlight(transport, redis)).isZero();
			assertThat(redis.commands().exists("{orders}:dlq")).isZero();
		}
		assertThat(failing.texts()).containsExactly("one", "two");
		assertThat(this.events.deadLetters()).isEmpty();
		assertThat(this.events.retried()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void atMostOnceAFailureIsKeptWhereDeadLettersAreNamed(TestedTransport transport, RedisServer redis) {
		Recorder failing = new Recorder((delivery, acknowledgment) -> {
			throw new IllegalStateException("no paper");
		});
		try (TestBroker broker = broker(redis)) {
			listen(transport, broker, TestSettings.defaults().ackMode(AckMode.NONE).deadLetters("broken"), failing);
			transport.send(broker.broker(), "orders", Map.of("trace", "abc"), List.of("one"));
			await().until(() -> this.events.deadLetters().size() == 1);
			assertThat(inFlight(transport, redis)).isZero();
			assertThat(redis.commands().xrange("broken", Range.unbounded())).singleElement()
				.satisfies((letter) -> assertThat(letter.getBody()).containsEntry("payload", "one")
					.containsEntry("trace", "abc")
					.containsEntry("dead-letter-source", "orders")
					.containsAllEntriesOf(transport.origin())
					.containsEntry("dead-letter-message", "no paper"));
		}
		assertThat(this.events.dropped()).isZero();
	}

	/** Settings and error handlers for exceptions apply here too. */
	@ParameterizedTest
	@EnumSource
	void atMostOnceExceptionsAndErrorHandlersSayWhatIsKept(TestedTransport transport, RedisServer redis) {
		Recorder failing = new Recorder((delivery, acknowledgment) -> {
			throw switch (delivery.text()) {
				case "dropped by its exception" -> new UnsupportedOperationException("no");
				case "not retryable" -> new ClassCastException("no");
				case "rejected" -> new DoNotRetryException("no");
				default -> new IllegalStateException("no");
			};
		});
		ListenerErrorHandler handler = (listener, delivery, failure) -> switch (delivery.text()) {
			case "dropped by the handler" -> new FailurePolicy.Drop();
			case "given up by the handler" -> new FailurePolicy.GiveUp();
			case "retried by the handler" -> new FailurePolicy.Retry(Duration.ZERO);
			default -> null;
		};
		try (TestBroker broker = new TestBroker(redis, this.events, new ListenerAdvice(List.of(), List.of(handler)))) {
			redis.commands().del("broken");
			listen(transport, broker,
					TestSettings.defaults()
						.ackMode(AckMode.NONE)
						.deadLetters("broken")
						.exceptions(ExceptionRules.DEFAULTS.with(ExceptionRules.Treatment.DROP,
								List.of(UnsupportedOperationException.class))),
					failing);
			transport.send(broker.broker(), "orders", List.of("dropped by its exception", "dropped by the handler",
					"not retryable", "rejected", "given up by the handler", "retried by the handler", "kept"));
			await().until(() -> this.events.deadLetters().size() + this.events.dropped() == 7);
			assertThat(redis.commands().xrange("broken", Range.unbounded()))
				.extracting(
						(letter) -> letter.getBody().get("payload") + ": " + letter.getBody().get("dead-letter-reason"))
				.containsExactlyInAnyOrder("not retryable: NOT_RETRYABLE", "rejected: REJECTED",
						"given up by the handler: REJECTED", "retried by the handler: DELIVERIES_EXHAUSTED",
						"kept: DELIVERIES_EXHAUSTED");
		}
		assertThat(failing.count()).isEqualTo(7);
		assertThat(this.events.dropped()).isEqualTo(2);
	}

	@ParameterizedTest
	@EnumSource
	void atMostOnceWhatWasReadIsHandledAtShutdown(TestedTransport transport, RedisServer redis) {
		CountDownLatch go = new CountDownLatch(1);
		Recorder slow = new Recorder((delivery, acknowledgment) -> Work.until(go));
		List<String> sent = IntStream.range(0, 50).mapToObj((i) -> "m-" + i).toList();
		TestBroker broker = broker(redis);
		listen(transport, broker, TestSettings.defaults().ackMode(AckMode.NONE), slow);
		transport.send(broker.broker(), "orders", sent);
		await().until(() -> slow.count() == 1);
		CompletableFuture<Void> closed = CompletableFuture.runAsync(broker::close);
		await().until(() -> !broker.registry().isRunning());
		go.countDown();
		closed.join();
		Recorder rest = new Recorder();
		try (TestBroker next = broker(redis)) {
			listen(transport, next, TestSettings.defaults().ackMode(AckMode.NONE), rest);
			await().until(() -> slow.count() + rest.count() >= 50);
		}
		assertThat(slow.count()).isPositive();
		assertThat(rest.texts()).isEqualTo(sent.subList(slow.count(), 50));
		assertThat(slow.texts()).isEqualTo(sent.subList(0, slow.count()));
	}

	@ParameterizedTest
	@EnumSource
	void byHandARetryThatMakesNoSenseIsRefused(TestedTransport transport, RedisServer redis) {
		List<Throwable> refused = new ArrayList<>();
		Recorder retrying = new Recorder((delivery, acknowledgment) -> {
			if (delivery.deliveryCount() > 1) {
				acknowledgment.acknowledge();
				return;
			}
			try {
				acknowledgment.retry(Duration.ofSeconds(-1));
			}
			catch (IllegalArgumentException ex) {
				refused.add(ex);
			}
			acknowledgment.retry(Duration.ZERO);
		});
		try (TestBroker broker = broker(redis)) {
			listen(transport, broker, manual(), retrying);
			transport.send(broker.broker(), "orders", List.of("again"));
			await().untilAsserted(() -> assertThat(retrying.texts()).containsExactly("again", "again"));
			await().untilAsserted(() -> assertThat(inFlight(transport, redis)).isZero());
		}
		assertThat(refused).hasSize(1);
	}

	private TestBroker broker(RedisServer redis) {
		return new TestBroker(redis, "test", this.events);
	}

	private static TestSettings manual() {
		return TestSettings.defaults().ackMode(AckMode.MANUAL);
	}

	private static void listen(TestedTransport transport, TestBroker broker, TestSettings settings, Recorder recorder) {
		broker.listen(transport.endpoint("orders", settings.build(), recorder.handler()));
	}

	private static int inFlight(TestedTransport transport, RedisServer redis) {
		return transport.inFlight(redis.commands(), "orders").size();
	}

}
