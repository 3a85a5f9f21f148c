package io.redisbroker.engine.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.lettuce.core.Range;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.AckMode;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.queue.QueueOrder;
import io.redisbroker.support.Patience;
import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Items that are visited again and again.
 */
@WithRedis
class CircularQueueIntegrationTests {

	private static final List<String> ITEMS = IntStream.range(0, 10).mapToObj((i) -> "item-" + i).toList();

	@Test
	void visitsEachItemInTurnWhoeverDoesIt(RedisServer redis) {
		Recorder visits = new Recorder();
		List<TestBroker> brokers = new ArrayList<>();
		try {
			for (int i = 0; i < 3; i++) {
				brokers.add(new TestBroker(redis, "instance-" + i));
			}
			brokers.get(0).broker().queue("items").sendAll(ITEMS);
			brokers.forEach((broker) -> listen(broker, visits, Duration.ofMillis(5)));
			Patience.await().until(() -> visits.count() >= 300);
		}
		finally {
			brokers.forEach(TestBroker::close);
		}
		assertThat(redis.commands().lrange("items", 0, -1)).containsExactlyInAnyOrderElementsOf(ITEMS);
		// Redis gives each item as often as the others, give or take one. The order in
		// which three consumers record items differs from the order of Redis, and an item
		// given to a consumer that is stopping is not recorded
		Map<String, Long> visitsOf = visits.texts()
			.stream()
			.collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
		assertThat(visitsOf).containsOnlyKeys(ITEMS);
		assertThat(Collections.max(visitsOf.values()) - Collections.min(visitsOf.values()))
			.as("visits of the item that had most beside the one that had fewest: %s", visitsOf)
			.isLessThanOrEqualTo(2);
	}

	@Test
	void waitsBetweenItems(RedisServer redis) {
		Recorder visits = new Recorder();
		try (TestBroker broker = new TestBroker(redis)) {
			broker.broker().queue("items").sendAll(ITEMS);
			long start = System.nanoTime();
			listen(broker, visits, Duration.ofMillis(100));
			Patience.await().until(() -> visits.count() == 11);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(990));
		}
		assertThat(visits.texts().subList(0, 11)).startsWith(ITEMS.toArray(String[]::new)).endsWith("item-0");
	}

	@Test
	void visitsAgainWhatFailed(RedisServer redis) {
		Recorder visits = new Recorder((delivery, acknowledgment) -> {
			throw new IllegalStateException("as told");
		});
		RecordedEvents events = new RecordedEvents();
		try (TestBroker broker = new TestBroker(redis, "test", events)) {
			broker.broker().queue("items").sendAll(List.of("a", "b"));
			listen(broker, visits, Duration.ZERO);
			Patience.await().until(() -> visits.count() >= 20);
		}
		assertThat(visits.texts()).startsWith("a", "b", "a", "b");
		assertThat(redis.commands().llen("items")).isEqualTo(2);
		assertThat(events.failed()).isGreaterThanOrEqualTo(20);
		assertThat(redis.commands().exists("{items}:dlq")).isZero();
	}

	@Test
	void takesOutWhatTheListenerRejects(RedisServer redis) {
		Recorder visits = new Recorder((delivery, acknowledgment) -> {
			if ("bad".equals(delivery.text())) {
				acknowledgment.deadLetter("of no use");
			}
		});
		try (TestBroker broker = new TestBroker(redis)) {
			broker.broker().queue("items").sendAll(List.of("good", "bad", "good"));
			listen(broker, visits, Duration.ofMillis(2));
			Patience.await().until(() -> redis.commands().xlen("{items}:dlq") == 1);
			int count = visits.count();
			Patience.await().until(() -> visits.count() > count + 5);
		}
		assertThat(redis.commands().lrange("items", 0, -1)).containsExactly("good", "good");
		assertThat(redis.commands().xrange("{items}:dlq", Range.unbounded()).get(0).getBody())
			.containsEntry("payload", "bad")
			.containsEntry("dead-letter-source-type", "queue")
			.containsEntry("dead-letter-detail", "of no use");
	}

	@Test
	void keepsAnItemWhoseDeadLetterIsRefused(RedisServer redis) {
		Recorder visits = new Recorder((delivery, acknowledgment) -> acknowledgment.deadLetter("of no use"));
		try (TestBroker broker = new TestBroker(redis)) {
			redis.commands().lpush("{items}:dlq", "a list and no stream");
			broker.broker().queue("items").send("bad");
			listen(broker, visits, Duration.ofMillis(2));
			Patience.await().until(() -> visits.count() > 5);
			assertThat(redis.commands().lrange("items", 0, -1)).containsExactly("bad");
		}
	}

	@Test
	void refusesToPopInCircles() {
		assertThatExceptionOfType(BrokerConfigurationException.class)
			.isThrownBy(() -> QueueEndpoint.builder("circle")
				.queues("items")
				.order(QueueOrder.CIRCULAR)
				.settings(TestSettings.defaults().ackMode(AckMode.NONE).build())
				.handler(new Recorder().handler()))
			.withMessageContaining("circle")
			.withMessageContaining("circular");
	}

	private static void listen(TestBroker broker, Recorder recorder, Duration pause) {
		broker.listen(QueueEndpoint.builder("circle")
			.queues("items")
			.order(QueueOrder.CIRCULAR)
			.pause(pause)
			.handler(recorder.handler()));
	}

}
