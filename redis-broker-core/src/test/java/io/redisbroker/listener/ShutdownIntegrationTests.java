package io.redisbroker.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.redisbroker.client.WakeUps;
import io.redisbroker.message.Delivery;
import io.redisbroker.support.Load;
import io.redisbroker.support.Patience;
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
 * An instance shuts down while it holds messages, with the reclaim delay of one minute
 * that is the default.
 */
@WithRedis
class ShutdownIntegrationTests {

	private static final String SOURCE = "orders";

	private static final int UNSTARTED = 500;

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
			assertThat(recorders).flatMap(Recorder::texts).containsExactlyInAnyOrderElementsOf(sent);
			assertThat(recorders).flatMap(Recorder::deliveries).extracting(Delivery::deliveryCount).containsOnly(1L);
		}
	}

	private static void listen(TestBroker broker, TestedTransport transport, ListenerSettings settings,
			Recorder recorder) {
		broker.listen(transport.endpoint(SOURCE, settings, recorder.handler()));
	}

	private static List<String> messages(int count) {
		return IntStream.range(0, count).mapToObj((i) -> "order " + i).toList();
	}

}
