package io.redisbroker.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.message.Acknowledgment;
import io.redisbroker.message.Delivery;
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

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Unusual operations on a listener and its source.
 */
@WithRedis
class OddCasesIntegrationTests {

	private final RecordedEvents events = new RecordedEvents();

	@ParameterizedTest
	@EnumSource
	void keepsMoreAliveThanOneScriptCanTake(TestedTransport transport, RedisServer redis) {
		AtomicInteger handled = new AtomicInteger();
		AtomicInteger calls = new AtomicInteger();
		CountDownLatch allRead = new CountDownLatch(1);
		DeliveryHandler handler = new BatchHandler((size) -> {
			// the second call has all messages that were read during the first one
			if (calls.incrementAndGet() == 1) {
				Work.until(allRead);
			}
			else {
				Work.lasting(Duration.ofSeconds(14));
			}
			handled.addAndGet(size);
		});
		TestSettings settings = TestSettings.defaults().batchSize(10_000).reclaimDelay(Duration.ofSeconds(6));
		try (TestBroker broker = broker(redis); TestBroker other = new TestBroker(redis, "other", this.events)) {
			transport.send(broker.broker(), "orders", texts(9500));
			listen(transport, broker, handler, settings);
			await().until(() -> inFlight(transport, redis) == 9500);
			listen(transport, other, handler, settings);
			allRead.countDown();
			await().untilAsserted(() -> assertThat(handled).hasValueGreaterThanOrEqualTo(9500));
			await().untilAsserted(() -> assertThat(inFlight(transport, redis)).isZero());
		}
		assertThat(handled).hasValue(9500);
		assertThat(calls.get()).isLessThanOrEqualTo(2);
		assertThat(this.events.lost()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void refusesARetryThatMakesNoSenseAndGoesOn(TestedTransport transport, RedisServer redis) {
		List<Throwable> refused = new ArrayList<>();
		Recorder recorder = new Recorder((delivery, acknowledgment) -> {
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
			listen(transport, broker, recorder.handler(), TestSettings.defaults().ackMode(AckMode.MANUAL));
			transport.send(broker.broker(), "orders", List.of("again"));
			await().untilAsserted(() -> assertThat(recorder.texts()).containsExactly("again", "again"));
			await().untilAsserted(() -> assertThat(inFlight(transport, redis)).isZero());
		}
		assertThat(refused).hasSize(1);
	}

	@ParameterizedTest
	@EnumSource
	void isNotCalledAgainWhenRedisStallsForLongerThanTheReclaimDelay(TestedTransport transport, RedisServer redis) {
		CountDownLatch stalled = new CountDownLatch(1);
		Recorder recorder = new Recorder((delivery, acknowledgment) -> Work.until(stalled));
		try (TestBroker broker = broker(redis)) {
			listen(transport, broker, recorder.handler(),
					TestSettings.defaults().concurrency(2).reclaimDelay(Duration.ofSeconds(1)));
			transport.send(broker.broker(), "orders", List.of("long"));
			await().until(() -> recorder.count() == 1);
			for (int i = 0; i < 3; i++) {
				redis.freeze();
				long frozen = System.nanoTime();
				await().until(() -> System.nanoTime() - frozen > TimeUnit.MILLISECONDS.toNanos(1500));
				redis.resume();
				long resumed = System.nanoTime();
				await().until(() -> System.nanoTime() - resumed > TimeUnit.MILLISECONDS.toNanos(500));
			}
			stalled.countDown();
			await().untilAsserted(() -> assertThat(inFlight(transport, redis)).isZero());
		}
		assertThat(recorder.texts()).containsExactly("long");
		assertThat(this.events.lost()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void startsAgainOnlyWhenItsStopIsThrough(TestedTransport transport, RedisServer redis) throws Exception {
		CountDownLatch finish = new CountDownLatch(1);
		AtomicInteger atOnce = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		Recorder recorder = new Recorder((delivery, acknowledgment) -> {
			most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
			if ("m-0".equals(delivery.text())) {
				Work.until(finish);
			}
			atOnce.decrementAndGet();
		});
		try (TestBroker broker = broker(redis)) {
			ListenerContainer container = listen(transport, broker, recorder.handler(), TestSettings.defaults());
			transport.send(broker.broker(), "orders", texts(20));
			await().until(() -> recorder.count() == 1);
			container.stop(Duration.ofSeconds(30));
			CompletableFuture<Void> started = container.start();
			assertThat(container.isRunning()).isTrue();
			await().during(Duration.ofMillis(500)).until(() -> !started.isDone());
			finish.countDown();
			started.get(10, TimeUnit.SECONDS);
			await().until(() -> recorder.count() >= 20);
			await().untilAsserted(() -> assertThat(inFlight(transport, redis)).isZero());
		}
		assertThat(recorder.texts()).containsExactlyInAnyOrderElementsOf(texts(20));
		assertThat(most).hasValue(1);
		assertThat(this.events.lost()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void oneMessagesInterruptIsNotTheNextOnes(TestedTransport transport, RedisServer redis) {
		List<Boolean> interrupted = new ArrayList<>();
		Recorder recorder = new Recorder((delivery, acknowledgment) -> {
			interrupted.add(Thread.currentThread().isInterrupted());
			Thread.currentThread().interrupt();
		});
		try (TestBroker broker = broker(redis)) {
			transport.send(broker.broker(), "orders", texts(5));
			listen(transport, broker, recorder.handler(), TestSettings.defaults());
			await().until(() -> recorder.count() == 5);
		}
		assertThat(interrupted).containsOnly(false);
	}

	@ParameterizedTest
	@EnumSource
	void atMostOnceBeginsNothingAfterItHasStopped(TestedTransport transport, RedisServer redis) throws Exception {
		Recorder recorder = new Recorder((delivery, acknowledgment) -> Work.lasting(Duration.ofSeconds(20)));
		try (TestBroker broker = broker(redis)) {
			transport.send(broker.broker(), "orders", texts(10));
			ListenerContainer container = listen(transport, broker, recorder.handler(),
					TestSettings.defaults().ackMode(AckMode.NONE));
			await().until(() -> recorder.count() == 1);
			container.stop(Duration.ofMillis(200)).get(10, TimeUnit.SECONDS);
			assertThat(recorder.count()).isEqualTo(1);
			assertThat(this.events.dropped()).isGreaterThanOrEqualTo(9);
		}
	}

	@ParameterizedTest
	@EnumSource
	void aListenerThatCouldNotStartLeavesItsIdFree(TestedTransport transport, RedisServer redis) {
		redis.commands().set("orders", "a string");
		try (TestBroker broker = broker(redis)) {
			for (AckMode ackMode : AckMode.values()) {
				assertThatExceptionOfType(BrokerConfigurationException.class)
					.isThrownBy(() -> listen(transport, broker, new Recorder().handler(),
							TestSettings.defaults().ackMode(ackMode)))
					.withMessageContaining("the key 'orders' is not a ");
			}
			redis.commands().del("orders");
			Recorder recorder = new Recorder();
			listen(transport, broker, recorder.handler(), TestSettings.defaults());
			transport.send(broker.broker(), "orders", List.of("now"));
			await().untilAsserted(() -> assertThat(recorder.texts()).containsExactly("now"));
		}
	}

	@ParameterizedTest
	@EnumSource
	void sendsNothingWhenOneOfManyCanNotBeEncoded(TestedTransport transport, RedisServer redis) {
		try (TestBroker broker = broker(redis)) {
			List<Object> payloads = new ArrayList<>(texts(1200));
			payloads.add(new Unwritable());
			assertThatExceptionOfType(RuntimeException.class)
				.isThrownBy(() -> transport.send(broker.broker(), "orders", payloads));
			assertThatIllegalArgumentException()
				.isThrownBy(() -> transport.send(broker.broker(), "orders", Collections.singletonList(null)));
		}
		assertThat(redis.commands().exists("orders")).isZero();
	}

	private TestBroker broker(RedisServer redis) {
		return new TestBroker(redis, "test", this.events);
	}

	private static ListenerContainer listen(TestedTransport transport, TestBroker broker, DeliveryHandler handler,
			TestSettings settings) {
		return broker.listen(transport.endpoint("orders", settings.build(), handler));
	}

	private static int inFlight(TestedTransport transport, RedisServer redis) {
		return transport.inFlight(redis.commands(), "orders").size();
	}

	private static List<String> texts(int count) {
		return IntStream.range(0, count).mapToObj((i) -> "m-" + i).toList();
	}

	private record BatchHandler(Batch batch) implements DeliveryHandler {

		@Override
		public boolean isBatch() {
			return true;
		}

		@Override
		public Object prepare(Delivery delivery, Acknowledgment acknowledgment) {
			return delivery;
		}

		@Override
		public void handle(List<Object> prepared) throws Throwable {
			this.batch.handle(prepared.size());
		}

	}

	private interface Batch {

		void handle(int size) throws Exception;

	}

	private static final class Unwritable {

		@SuppressWarnings("unused")
		public String getText() {
			throw new IllegalStateException("not to be written");
		}

	}

}
