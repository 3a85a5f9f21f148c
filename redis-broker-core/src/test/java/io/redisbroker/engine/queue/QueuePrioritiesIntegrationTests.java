package io.redisbroker.engine.queue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.redisbroker.listener.AckMode;
import io.redisbroker.message.Delivery;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.support.Patience;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.Work;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Several queues of one listener, all with more messages than it can handle at once.
 */
@WithRedis
class QueuePrioritiesIntegrationTests {

	private static final List<String> QUEUES = List.of("critical", "default", "low");

	@ParameterizedTest
	@EnumSource(names = { "AUTO", "NONE" })
	void handlesTheFirstQueueFirst(AckMode ackMode, RedisServer redis) {
		CountDownLatch gate = new CountDownLatch(1);
		// slow enough for the next read to return before the messages read ahead are all
		// handled, also on a busy machine
		Recorder handled = new Recorder((delivery, acknowledgment) -> {
			gate.await();
			Work.lasting(Duration.ofMillis(4));
		});
		try (TestBroker broker = new TestBroker(redis)) {
			QUEUES.forEach((queue) -> fill(broker, queue, 500));
			broker.listen(QueueEndpoint.builder("listener")
				.queues(QUEUES.toArray(String[]::new))
				.settings(TestSettings.defaults().ackMode(ackMode).build())
				.handler(handled.handler()));
			Patience.await()
				.until(() -> QUEUES.stream().allMatch((queue) -> broker.broker().queue(queue).size() < 500));
			gate.countDown();
			Patience.await().until(() -> handled.count() >= 750);
			// what comes while others wait is next
			fill(broker, "critical", 250);
			Patience.await().until(() -> handled.count() == 1750);
		}
		List<String> order = handled.deliveries().stream().map(Delivery::source).toList();
		assertThat(shares(order.subList(0, 500)).get("critical")).isGreaterThan(450);
		assertThat(shares(order.subList(500, 750)).get("default")).isGreaterThan(200);
		List<String> later = order.subList(750, 1050);
		assertThat(shares(later).get("critical")).as("handled soon after being sent").isGreaterThan(210);
		assertThat(order.subList(order.size() - 250, order.size())).containsOnly("low");
	}

	/** Though all workers are busy, it is known here what waits. */
	@Test
	void handlesTheFirstQueueFirstOfWhatCameDuringLongWork(RedisServer redis) {
		CountDownLatch gate = new CountDownLatch(1);
		Recorder handled = new Recorder((delivery, acknowledgment) -> gate.await());
		try (TestBroker broker = new TestBroker(redis)) {
			broker.listen(QueueEndpoint.builder("listener")
				.queues("critical", "low")
				.settings(TestSettings.defaults().build())
				.handler(handled.handler()));
			broker.broker().queue("critical").send("long");
			Patience.await().until(() -> handled.count() == 1);
			broker.broker().queue("low").send("can wait");
			Patience.await().until(() -> broker.broker().queue("low").inFlight() == 1);
			broker.broker().queue("critical").send("can't");
			Patience.await().until(() -> broker.broker().queue("critical").inFlight() == 2);
			gate.countDown();
			Patience.await().until(() -> handled.count() == 3);
		}
		assertThat(handled.texts()).containsExactly("long", "can't", "can wait");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 8 })
	void sharesByWeightAndStarvesNone(int concurrency, RedisServer redis) {
		Recorder handled = new Recorder((delivery, acknowledgment) -> Work.lasting(Duration.ofMillis(1)));
		try (TestBroker broker = new TestBroker(redis)) {
			QUEUES.forEach((queue) -> fill(broker, queue, 10_000));
			broker.listen(QueueEndpoint.builder("listener")
				.queues(QUEUES.toArray(String[]::new))
				.weights(6, 3, 1)
				.settings(TestSettings.defaults().concurrency(concurrency).build())
				.handler(handled.handler()));
			Patience.await().until(() -> handled.count() >= 10_000);
		}
		Map<String, Long> shares = shares(
				handled.deliveries().subList(0, 10_000).stream().map(Delivery::source).toList());
		assertThat(shares.get("critical") / 100.0).isCloseTo(60, within(5.0));
		assertThat(shares.get("default") / 100.0).isCloseTo(30, within(5.0));
		assertThat(shares.get("low") / 100.0).isCloseTo(10, within(5.0));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 4 })
	void givesTheRestToThoseThatHaveMessages(int concurrency, RedisServer redis) {
		Recorder handled = new Recorder();
		try (TestBroker broker = new TestBroker(redis)) {
			fill(broker, "low", 2000);
			broker.listen(QueueEndpoint.builder("listener")
				.queues(QUEUES.toArray(String[]::new))
				.weights(6, 3, 1)
				.settings(TestSettings.defaults().concurrency(concurrency).build())
				.handler(handled.handler()));
			Patience.await().atMost(Duration.ofSeconds(20)).until(() -> handled.count() == 2000);
		}
	}

	private static void fill(TestBroker broker, String queue, int count) {
		broker.broker().queue(queue).sendAll(IntStream.range(0, count).mapToObj((i) -> queue + i).toList());
	}

	private static Map<String, Long> shares(List<String> sources) {
		return sources.stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
	}

}
