package io.redisbroker.listener;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.support.TestedTransport.Claim;
import io.redisbroker.support.Work;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A name is not an owner: each period of reading has an owner of its own, so that no
 * period hands back, reclaims or excuses the deliveries of another.
 */
@WithRedis
class PeriodsIntegrationTests {

	private final CountDownLatch gate = new CountDownLatch(1);

	private final RecordedEvents events = new RecordedEvents();

	private RedisServer redis;

	@BeforeEach
	void start(RedisServer redis) {
		redis.commands().flushall();
		this.redis = redis;
	}

	@AfterEach
	void stop() {
		this.gate.countDown();
		this.redis.resume();
	}

	/** Such as parent and child contexts, or cached contexts of tests. */
	@ParameterizedTest
	@EnumSource
	void twoContextsOfOneApplicationAreTwoConsumers(TestedTransport transport) {
		ListenerSettings settings = TestSettings.defaults().batchSize(1).build();
		Recorder held = new Recorder((delivery, ack) -> this.gate.await());
		TestBroker one = new TestBroker(this.redis, "same", this.events);
		try (TestBroker other = new TestBroker(this.redis, "same", this.events)) {
			one.listen(transport.endpoint("orders", settings, held.handler()));
			transport.send(other.broker(), "orders", List.of("first"));
			await().until(() -> held.count() == 1);
			other.listen(transport.endpoint("orders", settings, held.handler()));
			transport.send(other.broker(), "orders", List.of("second"));
			await().until(() -> held.count() == 2);
			assertThat(transport.inFlight(this.redis.commands(), "orders").values()).extracting(Claim::owner)
				.doesNotHaveDuplicates()
				.allMatch((owner) -> owner.startsWith("same:worker:"));
			CompletableFuture<Void> closed = CompletableFuture.runAsync(one::close);
			await().until(() -> !one.registry().isRunning());
			transport.send(other.broker(), "orders", List.of("third"));
			this.gate.countDown();
			closed.join();
			await().until(() -> held.texts().contains("third"));
			await().until(() -> transport.inFlight(this.redis.commands(), "orders").isEmpty());
		}
		assertThat(held.difference(List.of("first", "second", "third"))).isEmpty();
		assertThat(this.events.lost()).isZero();
	}

	/**
	 * Redis is away during the pause, and learns of the pause after reading has resumed.
	 */
	@ParameterizedTest
	@EnumSource
	void aPauseThatArrivesLateTakesNothingFromTheNextPeriod(TestedTransport transport) {
		Recorder handled = new Recorder((delivery, ack) -> {
			if (delivery.text().equals("first")) {
				this.gate.await();
			}
		});
		List<String> sent = IntStream.range(0, 200).mapToObj((each) -> "order " + each).toList();
		try (TestBroker broker = new TestBroker(this.redis, "test", this.events)) {
			ListenerContainer listener = broker.listen(
					transport.endpoint("orders", TestSettings.defaults().concurrency(2).build(), handled.handler()));
			transport.send(broker.broker(), "orders", List.of("first"));
			await().until(() -> handled.count() == 1);
			this.redis.freeze();
			listener.pause().join();
			CompletableFuture<Void> resumed = listener.resume();
			this.redis.resume();
			transport.send(broker.broker(), "orders", sent);
			resumed.join();
			await().until(() -> handled.count() >= sent.size() + 1);
			this.gate.countDown();
			await().until(() -> transport.inFlight(this.redis.commands(), "orders").isEmpty());
			// the consumer of the first period is removed when its last message is
			// settled
			await().until(() -> owners(transport) <= 1);
		}
		assertThat(handled.texts()).containsOnlyOnce("first").containsOnlyOnceElementsOf(sent);
		assertThat(this.events.lost()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void aRunThatNeverBeganHandsNothingBack(TestedTransport transport) {
		Recorder handled = new Recorder((delivery, ack) -> this.gate.await());
		try (TestBroker broker = new TestBroker(this.redis, "test", this.events)) {
			ListenerContainer listener = broker
				.listen(transport.endpoint("orders", ListenerSettings.DEFAULTS, handled.handler()));
			transport.send(broker.broker(), "orders", List.of("one"));
			await().until(() -> handled.count() == 1);
			listener.stop(Duration.ofSeconds(30));
			listener.start();
			listener.pause();
			listener.stop(Duration.ofSeconds(30));
			CompletableFuture<Void> started = listener.start();
			this.gate.countDown();
			started.join();
			transport.send(broker.broker(), "orders", List.of("two"));
			await().until(() -> handled.texts().contains("two"));
		}
		assertThat(handled.texts()).containsExactly("one", "two");
		assertThat(this.events.lost()).isZero();
	}

	/** Messages that were handed back come first. */
	@ParameterizedTest
	@EnumSource
	void oneWorkerKeepsTheOrderAcrossAPause(TestedTransport transport) {
		Recorder handled = new Recorder((delivery, ack) -> {
			if (delivery.text().equals("order 0")) {
				this.gate.await();
			}
		});
		List<String> sent = IntStream.range(0, 100).mapToObj((each) -> "order " + each).toList();
		List<String> later = IntStream.range(100, 200).mapToObj((each) -> "order " + each).toList();
		try (TestBroker broker = new TestBroker(this.redis, "test", this.events)) {
			transport.send(broker.broker(), "orders", sent);
			ListenerContainer listener = broker
				.listen(transport.endpoint("orders", ListenerSettings.DEFAULTS, handled.handler()));
			await().until(() -> handled.count() == 1);
			listener.pause().join();
			transport.send(broker.broker(), "orders", later);
			this.gate.countDown();
			listener.resume().join();
			await().until(() -> handled.count() == 200);
		}
		List<String> texts = handled.texts();
		assertThat(IntStream.range(0, 200).filter((each) -> !texts.get(each).equals("order " + each)).findFirst())
			.as("the first that is out of order")
			.isEmpty();
	}

	/**
	 * Each call takes so long that messages which wait are handed back, again and again.
	 */
	@ParameterizedTest
	@EnumSource
	void oneWorkerKeepsTheOrderOfMessagesThatItHandsBack(TestedTransport transport) {
		Recorder slow = new Recorder((delivery, ack) -> Work.lasting(Duration.ofMillis(100)));
		ListenerSettings settings = TestSettings.defaults().batchSize(20).reclaimDelay(Duration.ofSeconds(1)).build();
		List<String> sent = IntStream.range(0, 60).mapToObj((each) -> "order " + each).toList();
		try (TestBroker broker = new TestBroker(this.redis, "test", this.events)) {
			transport.send(broker.broker(), "orders", sent);
			broker.listen(transport.endpoint("orders", settings, slow.handler()));
			await().until(() -> slow.count() == sent.size());
		}
		assertThat(slow.texts()).isEqualTo(sent);
	}

	/** A listener that collects messages, and acknowledges all of them at once. */
	@ParameterizedTest
	@EnumSource
	void messagesThatWaitToBeSettledByHandKeepNoAbandonedOneBack(TestedTransport transport) {
		ListenerSettings settings = TestSettings.defaults()
			.ackMode(AckMode.MANUAL)
			.reclaimDelay(Duration.ofSeconds(1))
			.build();
		Recorder first = new Recorder();
		Recorder next = new Recorder();
		try (TestBroker broker = new TestBroker(this.redis, "next", this.events)) {
			try (TestBroker stopped = new TestBroker(this.redis, "stopped", this.events)) {
				stopped.listen(transport.endpoint("orders", settings, first.handler()));
				transport.send(broker.broker(), "orders", List.of("a", "b", "c", "d", "e"));
				await().until(() -> first.count() == 5);
			}
			broker.listen(transport.endpoint("orders", settings, next.handler()));
			await().until(() -> next.count() == 5);
		}
	}

	@ParameterizedTest
	@EnumSource
	void startsAgainOnlyWhenItsStopIsThrough(TestedTransport transport) throws Exception {
		AtomicInteger atOnce = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		Recorder recorder = new Recorder((delivery, acknowledgment) -> {
			most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
			if ("m-0".equals(delivery.text())) {
				this.gate.await();
			}
			atOnce.decrementAndGet();
		});
		List<String> sent = IntStream.range(0, 20).mapToObj((each) -> "m-" + each).toList();
		try (TestBroker broker = new TestBroker(this.redis, "test", this.events)) {
			ListenerContainer container = broker
				.listen(transport.endpoint("orders", ListenerSettings.DEFAULTS, recorder.handler()));
			transport.send(broker.broker(), "orders", sent);
			await().until(() -> recorder.count() == 1);
			container.stop(Duration.ofSeconds(30));
			CompletableFuture<Void> started = container.start();
			assertThat(container.isRunning()).isTrue();
			await().during(Duration.ofMillis(500)).until(() -> !started.isDone());
			this.gate.countDown();
			started.get(10, TimeUnit.SECONDS);
			await().until(() -> recorder.count() >= 20);
			await().until(() -> transport.inFlight(this.redis.commands(), "orders").isEmpty());
		}
		assertThat(recorder.texts()).containsExactlyInAnyOrderElementsOf(sent);
		assertThat(most).hasValue(1);
		assertThat(this.events.lost()).isZero();
	}

	private int owners(TestedTransport transport) {
		return (transport == TestedTransport.STREAM) ? this.redis.commands().xinfoConsumers("orders", "workers").size()
				: 0;
	}

}
