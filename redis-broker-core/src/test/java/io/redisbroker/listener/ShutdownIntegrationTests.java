package io.redisbroker.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.redisbroker.client.pubsub.WakeUps;
import io.redisbroker.message.Acknowledgment;
import io.redisbroker.message.Delivery;
import io.redisbroker.support.Load;
import io.redisbroker.support.Patience;
import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.support.TestedTransport.Claim;
import io.redisbroker.support.Work;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An instance, or a listener, stops while it holds messages, with the default reclaim
 * delay of one minute.
 */
@WithRedis
class ShutdownIntegrationTests {

	private static final String SOURCE = "orders";

	private static final int UNSTARTED = 500;

	private final RecordedEvents events = new RecordedEvents();

	/**
	 * A decoder that waits, for a registry of schemas perhaps, is interrupted as well.
	 */
	@ParameterizedTest
	@EnumSource
	void handsBackAMessageWhoseDecodingItInterrupts(TestedTransport transport, RedisServer redis) {
		CountDownLatch decoding = new CountDownLatch(1);
		try (TestBroker broker = new TestBroker(redis)) {
			transport.send(broker.broker(), SOURCE, List.of("m"));
			ListenerContainer container = broker
				.listen(transport.endpoint(SOURCE, TestSettings.defaults().build(), new NeverDecodes(decoding)));
			Patience.await().until(() -> decoding.getCount() == 0);
			container.stop(Duration.ofMillis(100)).join();
			assertThat(redis.commands().exists("{" + SOURCE + "}:dlq")).isZero();
			Recorder next = new Recorder();
			broker.registry().unregister(container.endpoint().id()).join();
			listen(broker, transport, TestSettings.defaults().build(), next);
			Patience.await().until(() -> next.texts().equals(List.of("m")));
		}
	}

	@ParameterizedTest
	@EnumSource
	void handsBackAtOnceWhatItHasNotBegunAndFinishesWhatItHas(TestedTransport transport, RedisServer redis) {
		CountDownLatch finish = new CountDownLatch(1);
		Recorder leaving = new Recorder((delivery, acknowledgment) -> Work.until(finish));
		Recorder staying = new Recorder();
		try (TestBroker first = new TestBroker(redis, "leaving");
				TestBroker second = new TestBroker(redis, "staying")) {
			List<String> sent = messages(UNSTARTED + 1);
			transport.send(first.broker(), SOURCE, sent);
			listen(first, transport, TestSettings.defaults().batchSize(UNSTARTED + 1).build(), leaving);
			Patience.await()
				.until(() -> leaving.count() == 1
						&& transport.inFlight(redis.commands(), SOURCE).size() == UNSTARTED + 1);
			listen(second, transport, TestSettings.defaults().build(), staying);
			String wakeUps = WakeUps.channel(SOURCE);
			Patience.await()
				.until(() -> redis.info("clients").get("blocked_clients").equals("1")
						&& redis.commands().pubsubNumsub(wakeUps).get(wakeUps) == 2);

			CompletableFuture<Void> stopped = CompletableFuture.runAsync(first.registry()::stop);
			await().pollInterval(Duration.ofMillis(5))
				.atMost(Duration.ofSeconds(1))
				.until(() -> staying.count() == UNSTARTED);
			assertThat(stopped).as("shutdown while a message is handled").isNotDone();
			finish.countDown();
			stopped.join();

			Patience.await().until(() -> transport.inFlight(redis.commands(), SOURCE).isEmpty());
			assertThat(leaving.texts()).containsExactly(sent.get(0));
			assertThat(staying.texts()).containsExactlyInAnyOrderElementsOf(sent.subList(1, sent.size()));
			assertThat(staying.deliveries()).extracting(Delivery::deliveryCount).containsOnly(1L);
			assertThat(transport.isMember(redis.commands(), SOURCE, "leaving")).isFalse();
		}
	}

	@ParameterizedTest
	@EnumSource
	void deliversEveryMessageOnceWhileInstancesComeAndGo(TestedTransport transport, RedisServer redis) {
		List<Recorder> recorders = new ArrayList<>();
		ListenerSettings settings = TestSettings.defaults().concurrency(2).build();
		try (TestBroker staying = new TestBroker(redis, "staying");
				Load load = Load.atFullSpeed((message) -> transport.send(staying.broker(), SOURCE, List.of(message)))) {
			recorders.add(new Recorder());
			listen(staying, transport, settings, recorders.get(0));
			for (int i = 0; i < 20; i++) {
				Recorder recorder = new Recorder();
				recorders.add(recorder);
				try (TestBroker passing = new TestBroker(redis, "passing-" + i)) {
					listen(passing, transport, settings, recorder);
					Patience.await().until(() -> recorder.count() > 50);
				}
			}
			List<String> sent = load.stop();
			await().untilAsserted(() -> assertThat(recorders.stream().mapToInt(Recorder::count).sum())
				.isGreaterThanOrEqualTo(sent.size()));
			assertThat(Recorder.difference(recorders, sent)).isEmpty();
			assertThat(recorders).flatMap(Recorder::deliveries).extracting(Delivery::deliveryCount).containsOnly(1L);
		}
	}

	@ParameterizedTest
	@EnumSource
	void handlesEveryMessageExactlyOnceWhileBusyInstancesComeAndGo(TestedTransport transport, RedisServer redis) {
		Recorder recorder = new Recorder();
		try (Load load = Load.atFullSpeed((text) -> transport.push(redis.commands(), SOURCE, text))) {
			for (int i = 0; i < 8; i++) {
				try (TestBroker broker = broker(redis, "instance-" + i)) {
					listen(broker, transport, TestSettings.defaults().concurrency(1 + i % 4).build(), recorder);
					int count = recorder.count();
					Patience.await().until(() -> recorder.count() > count + 500);
				}
			}
			load.stop();
			try (TestBroker broker = broker(redis, "last")) {
				listen(broker, transport, TestSettings.defaults().concurrency(4).build(), recorder);
				Patience.await().until(() -> recorder.count() >= load.count());
			}
			assertThat(recorder.difference(load.sent())).isEmpty();
		}
		assertThat(recorder.deliveries()).filteredOn((delivery) -> delivery.deliveryCount() > 1).isEmpty();
		assertThat(transport.inFlight(redis.commands(), SOURCE)).isEmpty();
		assertThat(IntStream.range(0, 8))
			.noneMatch((i) -> transport.isMember(redis.commands(), SOURCE, "instance-" + i));
		assertThat(this.events.lost()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void handlesEveryMessageExactlyOnceWhileAListenerIsStoppedAndStarted(TestedTransport transport, RedisServer redis) {
		Recorder recorder = new Recorder();
		try (Load load = Load.atFullSpeed((text) -> transport.push(redis.commands(), SOURCE, text));
				TestBroker broker = broker(redis, "test")) {
			ListenerContainer container = listen(broker, transport, TestSettings.defaults().concurrency(3).build(),
					recorder);
			for (int i = 0; i < 10; i++) {
				int count = recorder.count();
				Patience.await().until(() -> recorder.count() > count + 200);
				container.stop(Duration.ofSeconds(10)).join();
				assertThat(transport.isMember(redis.commands(), SOURCE, "test")).isFalse();
				container.start().join();
			}
			load.stop();
			Patience.await().until(() -> recorder.count() >= load.count());
			assertThat(recorder.difference(load.sent())).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource
	void leavesWhatStillRunsAfterTheTimeoutToBeDeliveredAgain(TestedTransport transport, RedisServer redis) {
		CountDownLatch go = new CountDownLatch(1);
		Recorder stubborn = new Recorder((delivery, acknowledgment) -> {
			while (go.getCount() > 0) {
				try {
					Work.until(go);
				}
				catch (InterruptedException ex) {
					// ignores the interrupt
				}
			}
		});
		Recorder recorder = new Recorder();
		TestSettings settings = TestSettings.defaults().reclaimDelay(Duration.ofSeconds(2));
		try (TestBroker broker = broker(redis, "test"); TestBroker other = broker(redis, "other")) {
			ListenerContainer container = listen(broker, transport, settings.build(), stubborn);
			transport.send(broker.broker(), SOURCE, List.of("x"));
			Patience.await().until(() -> stubborn.count() == 1);
			container.stop(Duration.ofMillis(100)).join();
			assertThat(transport.inFlight(redis.commands(), SOURCE).values()).extracting(Claim::owner)
				.singleElement()
				.asString()
				.startsWith("test:worker:");
			listen(other, transport, settings.build(), recorder);
			Patience.await().until(() -> recorder.count() == 1);
			go.countDown();
			assertThat(recorder.deliveries().get(0).deliveryCount()).isEqualTo(2);
			Patience.await().until(() -> transport.inFlight(redis.commands(), SOURCE).isEmpty());
		}
	}

	@ParameterizedTest
	@EnumSource
	void atMostOnceBeginsNothingAfterItHasStopped(TestedTransport transport, RedisServer redis) throws Exception {
		Recorder recorder = new Recorder((delivery, acknowledgment) -> Work.lasting(Duration.ofSeconds(20)));
		try (TestBroker broker = broker(redis, "test")) {
			transport.send(broker.broker(), SOURCE, messages(10));
			ListenerContainer container = listen(broker, transport,
					TestSettings.defaults().ackMode(AckMode.NONE).build(), recorder);
			Patience.await().until(() -> recorder.count() == 1);
			container.stop(Duration.ofMillis(200)).get(10, TimeUnit.SECONDS);
			assertThat(recorder.count()).isEqualTo(1);
			assertThat(this.events.dropped()).isGreaterThanOrEqualTo(9);
		}
	}

	private TestBroker broker(RedisServer redis, String instance) {
		return new TestBroker(redis, instance, this.events);
	}

	private static ListenerContainer listen(TestBroker broker, TestedTransport transport, ListenerSettings settings,
			Recorder recorder) {
		return broker.listen(transport.endpoint(SOURCE, settings, recorder.handler()));
	}

	private static List<String> messages(int count) {
		return IntStream.range(0, count).mapToObj((i) -> "order " + i).toList();
	}

	/** Waits in place of decoding, until it is interrupted. */
	private record NeverDecodes(CountDownLatch decoding) implements DeliveryHandler {

		@Override
		public Object prepare(Delivery delivery, Acknowledgment acknowledgment) throws InterruptedException {
			this.decoding.countDown();
			new CountDownLatch(1).await();
			return delivery;
		}

		@Override
		public void handle(List<Object> prepared) {
			throw new UnsupportedOperationException();
		}

	}

}
