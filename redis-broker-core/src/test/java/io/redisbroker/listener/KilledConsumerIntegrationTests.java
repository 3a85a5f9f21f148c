package io.redisbroker.listener;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
import io.redisbroker.support.TestedTransport.Claim;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A consumer is killed while it works.
 */
@WithRedis
class KilledConsumerIntegrationTests {

	private static final String SOURCE = "orders";

	private static final int MESSAGES = 10_000;

	/** The first consumer stops at this message if the test has not killed it before. */
	private static final int HOLD = 4_050;

	/**
	 * Longer than a busy machine keeps a process waiting for a processor. A consumer that
	 * is silent for longer loses its deliveries, and then another delivery counts.
	 */
	private static final Duration LEASE = Duration.ofSeconds(10);

	@RegisterExtension
	final ConsumerProcesses processes = new ConsumerProcesses();

	/**
	 * Killed at full speed, with settlements under way, and killed in the middle of a
	 * batch.
	 */
	@ParameterizedTest
	@CsvSource({ "STREAM, false, 4, 1000", "STREAM, true, 1, " + (HOLD - 1), "QUEUE, false, 4, 1000",
			"QUEUE, true, 1, " + (HOLD - 1) })
	void anotherHandlesWhatAKilledConsumerHadNotSettled(TestedTransport transport, boolean batch, int concurrency,
			int killAfter, RedisServer redis) {
		ListenerSettings settings = TestSettings.defaults().concurrency(concurrency).reclaimDelay(LEASE).build();
		Ledger ledger = new Ledger(redis.commands());
		send(transport, redis);
		List<String> ours = clients(redis);
		ConsumerProcess killed = this.processes
			.start(new ConsumerOptions(transport, redis.port(), SOURCE, "killed", settings, batch));
		Patience.await().until(() -> ledger.count(Event.HANDLED) >= killAfter);
		killed.kill();
		// Redis may still execute commands that the process had sent
		Patience.await().until(() -> ours.containsAll(clients(redis)));
		Map<String, Claim> inFlight = transport.inFlight(redis.commands(), SOURCE);
		List<Entry> before = ledger.entries(Event.HANDLED);
		assertThat(before).as("handled when killed").hasSizeBetween(killAfter, MESSAGES - 1);
		assertThat(inFlight).as("in flight when killed").isNotEmpty();

		ledger.openGate();
		this.processes.start(new ConsumerOptions(transport, redis.port(), SOURCE, "heir", settings, batch));
		Patience.await()
			.until(() -> ledger.count(Event.HANDLED) >= MESSAGES
					&& transport.inFlight(redis.commands(), SOURCE).isEmpty());

		List<Entry> handled = ledger.entries(Event.HANDLED);
		assertThat(ids(handled)).as("different messages handled").hasSize(MESSAGES);
		Set<String> handledBeforeButInFlight = ids(before);
		handledBeforeButInFlight.retainAll(inFlight.keySet());
		assertThat(duplicates(handled)).as("handled twice")
			.containsExactlyInAnyOrderElementsOf(handledBeforeButInFlight)
			.hasSize(handled.size() - MESSAGES)
			.hasSizeBetween(batch ? 1 : 0, settings.capacity(batch));
		assertThat(handled).filteredOn((entry) -> entry.instance().equals("heir"))
			.filteredOn((entry) -> entry.deliveryCount() != (inFlight.containsKey(entry.id()) ? 2 : 1))
			.as("counted otherwise than delivered")
			.isEmpty();
	}

	private static void send(TestedTransport transport, RedisServer redis) {
		try (TestBroker sender = new TestBroker(redis)) {
			transport.send(sender.broker(), SOURCE,
					IntStream.range(0, MESSAGES)
						.mapToObj((i) -> ((i < HOLD) ? "handle " : "hold handle ") + i)
						.toList());
		}
	}

	private static List<String> clients(RedisServer redis) {
		return redis.commands()
			.clientList()
			.lines()
			.map((line) -> line.substring(0, line.indexOf(' ')))
			.collect(Collectors.toList());
	}

	private static Set<String> ids(List<Entry> entries) {
		return entries.stream().map(Entry::id).collect(Collectors.toCollection(HashSet::new));
	}

	private static List<String> duplicates(List<Entry> entries) {
		Set<String> seen = new HashSet<>();
		return entries.stream().map(Entry::id).filter((id) -> !seen.add(id)).toList();
	}

}
