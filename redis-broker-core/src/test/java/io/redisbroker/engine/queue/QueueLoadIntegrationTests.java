package io.redisbroker.engine.queue;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.support.ConsumerOptions;
import io.redisbroker.support.ConsumerProcess;
import io.redisbroker.support.ConsumerProcesses;
import io.redisbroker.support.Ledger;
import io.redisbroker.support.Ledger.Entry;
import io.redisbroker.support.Ledger.Event;
import io.redisbroker.support.Patience;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many messages, several instances, and some of them die.
 */
@WithRedis
class QueueLoadIntegrationTests {

	private static final int MESSAGES = 100_000;

	private static final ListenerSettings SETTINGS = TestSettings.defaults()
		.concurrency(8)
		.batchSize(20)
		.reclaimDelay(Duration.ofSeconds(2))
		.build();

	@RegisterExtension
	final ConsumerProcesses processes = new ConsumerProcesses();

	@Test
	void handlesEveryMessageAndNoneTwiceButThoseInFlightWhenInstancesDie(RedisServer redis) {
		Ledger ledger = new Ledger(redis.commands());
		try (TestBroker sender = new TestBroker(redis)) {
			sender.broker()
				.queue("orders")
				.sendAll(IntStream.range(0, MESSAGES).mapToObj((i) -> "handle " + i).toList());
		}
		List<ConsumerProcess> instances = Stream.of("a", "b", "c", "d").map((name) -> start(redis, name)).toList();
		Patience.await().until(() -> ledger.count(Event.HANDLED) > MESSAGES / 10);
		instances.get(0).kill();
		Patience.await().until(() -> ledger.count(Event.HANDLED) > MESSAGES / 3);
		instances.get(1).kill();
		Patience.await()
			.atMost(Duration.ofMinutes(3))
			.until(() -> ledger.count(Event.HANDLED) >= MESSAGES
					&& TestedTransport.QUEUE.stored(redis.commands(), "orders").isEmpty());

		List<Entry> handled = ledger.entries(Event.HANDLED);
		Map<String, Integer> times = new HashMap<>();
		handled.forEach((entry) -> times.merge(entry.message(), 1, Integer::sum));
		assertThat(times).hasSize(MESSAGES);
		Set<String> twice = new HashSet<>(times.keySet());
		twice.removeIf((message) -> times.getOrDefault(message, 0) == 1);
		Set<String> ofTheDead = handled.stream()
			.filter((entry) -> Set.of("a", "b").contains(entry.instance()))
			.map(Entry::message)
			.collect(Collectors.toSet());
		assertThat(ofTheDead).as("handled by those that died").containsAll(twice);
		assertThat(handled.size() - MESSAGES).as("handled twice")
			.isEqualTo(twice.size())
			.isLessThanOrEqualTo(2 * SETTINGS.capacity(false));
	}

	private ConsumerProcess start(RedisServer redis, String instance) {
		return this.processes
			.start(new ConsumerOptions(TestedTransport.QUEUE, redis.port(), "orders", instance, SETTINGS, false));
	}

}
