package io.redisbroker.listener;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.lettuce.core.Range;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.support.ConsumerMain;
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
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A message ends every process that takes it, and each time the other messages that the
 * process holds count as delivered.
 */
@WithRedis
class KillerAmongOthersIntegrationTests {

	private static final String SOURCE = "orders";

	private static final String HALT = "halt the JVM";

	private static final int NEIGHBOURS = 100;

	/**
	 * The three deliveries of a neighbour: read ahead, reclaimed with others, reclaimed
	 * alone.
	 */
	private static final int MAX_DELIVERIES = 3;

	@RegisterExtension
	final ConsumerProcesses processes = new ConsumerProcesses();

	@ParameterizedTest
	@CsvSource({ "STREAM, false, 1, halted-%d", "STREAM, true, 4, halted-%d", "QUEUE, false, 4, halted-%d",
			"QUEUE, true, 1, halted-%d", "STREAM, false, 1, same name", "QUEUE, true, 4, same name" })
	void aloneBecomesADeadLetterAndAllItsNeighboursAreHandled(TestedTransport transport, boolean batch, int concurrency,
			String name, RedisServer redis) {
		Ledger ledger = new Ledger(redis.commands());
		Set<String> neighbours = IntStream.range(0, NEIGHBOURS)
			.mapToObj((i) -> "handle " + i)
			.collect(Collectors.toSet());
		try (TestBroker sender = new TestBroker(redis)) {
			transport.send(sender.broker(), SOURCE,
					Stream
						.concat(Stream.of("handle 0", HALT),
								IntStream.range(1, NEIGHBOURS).mapToObj((i) -> "handle " + i))
						.toList());
		}
		ListenerSettings settings = TestSettings.defaults()
			.concurrency(concurrency)
			.reclaimDelay(Duration.ofMillis(500))
			.maxDeliveries(MAX_DELIVERIES)
			.build();
		for (int start = 1; start <= MAX_DELIVERIES; start++) {
			ConsumerProcess process = this.processes
				.start(new ConsumerOptions(transport, redis.port(), SOURCE, name.formatted(start), settings, batch));
			assertThat(process.awaitExit()).isEqualTo(ConsumerMain.HALTED);
		}
		ConsumerProcess survivor = this.processes
			.start(new ConsumerOptions(transport, redis.port(), SOURCE, "survivor", settings, batch));
		Patience.await()
			.until(() -> letters(redis).contains(HALT) && handled(ledger).size() >= NEIGHBOURS
					&& transport.inFlight(redis.commands(), SOURCE).isEmpty());
		assertThat(survivor.isAlive()).isTrue();
		assertThat(letters(redis)).containsExactly(HALT);
		assertThat(handled(ledger)).isEqualTo(neighbours);
	}

	private static Set<String> handled(Ledger ledger) {
		return ledger.entries(Event.HANDLED)
			.stream()
			.map(Entry::message)
			.collect(Collectors.toCollection(HashSet::new));
	}

	private static List<String> letters(RedisServer redis) {
		return redis.commands()
			.xrange(DeadLetter.keyFor(SOURCE), Range.unbounded())
			.stream()
			.map((letter) -> letter.getBody().get("payload"))
			.toList();
	}

}
