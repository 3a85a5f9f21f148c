package io.redisbroker.listener;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.support.ConsumerOptions;
import io.redisbroker.support.ConsumerProcess;
import io.redisbroker.support.ConsumerProcesses;
import io.redisbroker.support.Ledger;
import io.redisbroker.support.Ledger.Entry;
import io.redisbroker.support.Ledger.Event;
import io.redisbroker.support.Patience;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.support.TestedTransport.Claim;
import io.redisbroker.support.Work;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A consumer is frozen for longer than the reclaim delay, another reclaims its messages,
 * and the first one continues.
 */
@WithRedis
class FrozenConsumerIntegrationTests {

	private static final String SOURCE = "orders";

	@RegisterExtension
	final ConsumerProcesses processes = new ConsumerProcesses();

	static Stream<Arguments> settlements() {
		return Stream.of(TestedTransport.values())
			.flatMap((transport) -> Stream.of(
					Arguments.of(transport, AckMode.MANUAL, 5,
							List.of("hold acknowledge", "hold retry", "hold reject")),
					// one is acknowledged, one delivered again
					Arguments.of(transport, AckMode.AUTO, 5, List.of("hold handle", "hold fail")),
					// one goes to the dead letters
					Arguments.of(transport, AckMode.AUTO, 1, List.of("hold fail"))));
	}

	@ParameterizedTest
	@MethodSource("settlements")
	void settlesNothingThatAnotherOwns(TestedTransport transport, AckMode ackMode, int maxDeliveries,
			List<String> messages, RedisServer redis) {
		Ledger ledger = new Ledger(redis.commands());
		CountDownLatch finish = new CountDownLatch(1);
		Recorder taken = new Recorder((delivery, acknowledgment) -> Work.until(finish));
		try (TestBroker heir = new TestBroker(redis, "heir")) {
			ConsumerProcess frozen = start(transport, redis, settings(ackMode, messages.size(), maxDeliveries));
			awaitWaiting(transport, redis, heir, ledger, (ackMode == AckMode.MANUAL) ? "acknowledge" : "handle");
			transport.send(heir.broker(), SOURCE, messages);
			Patience.await().until(() -> ledger.count(Event.BEGUN) == messages.size() + 1);
			frozen.freeze();
			listen(heir, transport, messages.size(), taken);
			Patience.await().until(() -> taken.count() == messages.size());
			Map<String, Claim> claims = transport.inFlight(redis.commands(), SOURCE);
			assertThat(claims.values()).extracting(Claim::message).containsExactlyInAnyOrderElementsOf(messages);
			assertThat(claims.values()).extracting(Claim::owner).allMatch((owner) -> owner.startsWith("heir"));

			ledger.openGate();
			frozen.resume();
			Patience.await().until(() -> ledger.lost() == messages.size());
			if (ackMode == AckMode.MANUAL) {
				Patience.await().until(() -> ledger.count(Event.REFUSED) == messages.size());
			}
			assertThat(transport.inFlight(redis.commands(), SOURCE)).isEqualTo(claims);
			assertThat(redis.commands().xlen(DeadLetter.keyFor(SOURCE))).as("dead letters").isZero();

			finish.countDown();
			Patience.await().until(() -> transport.inFlight(redis.commands(), SOURCE).isEmpty());
			assertThat(taken.deliveries()).hasSize(messages.size())
				.allSatisfy((delivery) -> assertThat(delivery.deliveryCount()).isEqualTo(2));
			assertThat(redis.commands().xlen(DeadLetter.keyFor(SOURCE))).as("dead letters").isZero();
		}
	}

	@ParameterizedTest
	@EnumSource
	void beginsNothingThatItHadReadAhead(TestedTransport transport, RedisServer redis) {
		Ledger ledger = new Ledger(redis.commands());
		Recorder taken = new Recorder();
		List<String> messages = IntStream.range(0, 10).mapToObj((i) -> "hold handle " + i).toList();
		ConsumerProcess frozen;
		try (TestBroker heir = new TestBroker(redis, "heir")) {
			transport.send(heir.broker(), SOURCE, messages);
			frozen = start(transport, redis, settings(AckMode.AUTO, 1, 5));
			Patience.await()
				.until(() -> ledger.count(Event.BEGUN) == 1
						&& transport.inFlight(redis.commands(), SOURCE).size() == messages.size());
			frozen.freeze();
			listen(heir, transport, 1, taken);
			Patience.await().until(() -> transport.inFlight(redis.commands(), SOURCE).isEmpty());
		}
		assertThat(taken.texts()).containsExactlyInAnyOrderElementsOf(messages);

		ledger.openGate();
		frozen.resume();
		assertBeginsOnlyWhatIsNew(transport, redis, ledger, messages.get(0));
	}

	@ParameterizedTest
	@EnumSource
	void beginsNothingThatRedisHandedToItWhileItWasFrozen(TestedTransport transport, RedisServer redis) {
		Ledger ledger = new Ledger(redis.commands());
		Recorder taken = new Recorder();
		List<String> messages = IntStream.range(0, 10).mapToObj((i) -> "handle " + i).toList();
		ConsumerProcess frozen;
		try (TestBroker heir = new TestBroker(redis, "heir")) {
			frozen = start(transport, redis, settings(AckMode.AUTO, 1, 5));
			awaitWaiting(transport, redis, heir, ledger, "handle");
			frozen.freeze();
			transport.send(heir.broker(), SOURCE, messages);
			assertThat(transport.inFlight(redis.commands(), SOURCE).values()).as("handed to the frozen consumer")
				.extracting(Claim::message)
				.contains(messages.get(0));
			listen(heir, transport, 1, taken);
			Patience.await()
				.until(() -> taken.count() == messages.size()
						&& transport.inFlight(redis.commands(), SOURCE).isEmpty());
		}
		assertThat(taken.texts()).containsExactlyInAnyOrderElementsOf(messages);

		frozen.resume();
		assertBeginsOnlyWhatIsNew(transport, redis, ledger, "handle first");
	}

	/** Waits until the consumer has handled all messages and blocks for more. */
	private static void awaitWaiting(TestedTransport transport, RedisServer redis, TestBroker sender, Ledger ledger,
			String work) {
		transport.send(sender.broker(), SOURCE, List.of(work + " first"));
		Patience.await()
			.until(() -> ledger.count(Event.BEGUN) == 1 && transport.inFlight(redis.commands(), SOURCE).isEmpty()
					&& redis.info("clients").get("blocked_clients").equals("1"));
	}

	/** It works in order: when it has handled a new message, it is past those it held. */
	private static void assertBeginsOnlyWhatIsNew(TestedTransport transport, RedisServer redis, Ledger ledger,
			String first) {
		try (TestBroker sender = new TestBroker(redis)) {
			transport.send(sender.broker(), SOURCE, List.of("handle new"));
		}
		Patience.await()
			.until(() -> ledger.entries(Event.HANDLED).stream().anyMatch((entry) -> entry.message().endsWith("new")));
		assertThat(ledger.entries(Event.BEGUN)).extracting(Entry::message).containsExactly(first, "handle new");
	}

	private ConsumerProcess start(TestedTransport transport, RedisServer redis, ListenerSettings settings) {
		return this.processes.start(new ConsumerOptions(transport, redis.port(), SOURCE, "frozen", settings, false));
	}

	private static void listen(TestBroker broker, TestedTransport transport, int concurrency, Recorder recorder) {
		broker.listen(transport.endpoint(SOURCE, settings(AckMode.AUTO, concurrency, 5), recorder.handler()));
	}

	private static ListenerSettings settings(AckMode ackMode, int concurrency, int maxDeliveries) {
		return TestSettings.defaults()
			.ackMode(ackMode)
			.concurrency(concurrency)
			.reclaimDelay(Duration.ofSeconds(1))
			.maxDeliveries(maxDeliveries)
			.build();
	}

}
