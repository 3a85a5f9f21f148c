package io.redisbroker.listener;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
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
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A message ends every process that takes it.
 */
@WithRedis
class HaltingMessageIntegrationTests {

	private static final String SOURCE = "orders";

	private static final String HALT = "halt the JVM";

	private static final int MAX_DELIVERIES = 3;

	private static final ListenerSettings SETTINGS = TestSettings.defaults()
		.reclaimDelay(Duration.ofMillis(500))
		.maxDeliveries(MAX_DELIVERIES)
		.build();

	@RegisterExtension
	final ConsumerProcesses processes = new ConsumerProcesses();

	@ParameterizedTest
	@EnumSource
	void becomesADeadLetterAfterItHasHaltedAsManyProcessesAsItMay(TestedTransport transport, RedisServer redis) {
		Ledger ledger = new Ledger(redis.commands());
		send(transport, redis, List.of(HALT));
		for (int start = 1; start <= MAX_DELIVERIES; start++) {
			assertThat(start(transport, redis, "halted-" + start).awaitExit()).isEqualTo(ConsumerMain.HALTED);
			assertThat(deadLetters(redis)).as("dead letters after %d starts", start).isEmpty();
		}
		ConsumerProcess survivor = start(transport, redis, "survivor");
		Patience.await().until(() -> !deadLetters(redis).isEmpty());
		send(transport, redis, List.of("handle after"));
		Patience.await()
			.until(() -> ledger.count(Event.HANDLED) == 1 && transport.inFlight(redis.commands(), SOURCE).isEmpty());

		assertThat(survivor.isAlive()).isTrue();
		assertThat(deadLetters(redis)).singleElement().satisfies((letter) -> {
			Map<String, String> fields = letter.getBody();
			assertThat(fields).containsEntry("payload", HALT)
				.containsEntry(DeadLetter.PREFIX + "reason", DeadLetter.Reason.DELIVERIES_EXHAUSTED.name());
		});
		assertThat(ledger.entries(Event.BEGUN)).filteredOn((entry) -> entry.message().equals(HALT))
			.extracting(Entry::instance)
			.containsExactly("halted-1", "halted-2", "halted-3");
	}

	private ConsumerProcess start(TestedTransport transport, RedisServer redis, String instance) {
		return this.processes.start(new ConsumerOptions(transport, redis.port(), SOURCE, instance, SETTINGS, false));
	}

	private static void send(TestedTransport transport, RedisServer redis, List<String> messages) {
		try (TestBroker sender = new TestBroker(redis)) {
			transport.send(sender.broker(), SOURCE, messages);
		}
	}

	private static List<StreamMessage<String, String>> deadLetters(RedisServer redis) {
		return redis.commands().xrange(DeadLetter.keyFor(SOURCE), Range.unbounded());
	}

}
