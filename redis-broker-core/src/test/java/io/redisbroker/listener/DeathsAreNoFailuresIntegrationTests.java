package io.redisbroker.listener;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import io.lettuce.core.Range;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.message.Delivery;
import io.redisbroker.support.ConsumerOptions;
import io.redisbroker.support.ConsumerProcess;
import io.redisbroker.support.ConsumerProcesses;
import io.redisbroker.support.Ledger;
import io.redisbroker.support.Ledger.Event;
import io.redisbroker.support.Patience;
import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.support.Work;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process that is killed, or stopped by a deployment, does not use up attempts of a
 * message.
 */
@WithRedis
class DeathsAreNoFailuresIntegrationTests {

	private static final String SOURCE = "orders";

	@RegisterExtension
	final ConsumerProcesses processes = new ConsumerProcesses();

	private final RecordedEvents events = new RecordedEvents();

	@ParameterizedTest
	@EnumSource
	void aKilledProcessUsesUpNoAttempt(TestedTransport transport, RedisServer redis) {
		Ledger ledger = new Ledger(redis.commands());
		ListenerSettings settings = TestSettings.defaults()
			.maxAttempts(2)
			.reclaimDelay(Duration.ofSeconds(2))
			.backoff(TestSettings.NO_PAUSE)
			.build();
		try (TestBroker sender = new TestBroker(redis)) {
			transport.send(sender.broker(), SOURCE, List.of("hold fail"));
		}
		for (int start = 1; start <= 3; start++) {
			int begun = start;
			ConsumerProcess killed = this.processes
				.start(new ConsumerOptions(transport, redis.port(), SOURCE, "killed-" + start, settings, false));
			Patience.await().until(() -> ledger.count(Event.BEGUN) == begun);
			killed.kill();
		}
		Recorder failing = new Recorder((delivery, acknowledgment) -> {
			throw new IllegalStateException("as told");
		});
		try (TestBroker broker = new TestBroker(redis, "survivor", this.events)) {
			broker.listen(transport.endpoint(SOURCE, settings, failing.handler()));
			Patience.await().until(() -> redis.commands().xlen(DeadLetter.keyFor(SOURCE)) == 1);
		}
		assertThat(failing.deliveries()).extracting(Delivery::deliveryCount).containsExactly(4L, 5L);
		assertThat(failing.deliveries()).extracting(Delivery::failureCount).containsExactly(0L, 1L);
		assertThat(redis.commands().xrange(DeadLetter.keyFor(SOURCE), Range.unbounded()).get(0).getBody())
			.containsEntry("dead-letter-deliveries", "5")
			.containsEntry("dead-letter-failures", "2");
	}

	/** An exception of a listener that was interrupted is not a failure. */
	@ParameterizedTest
	@EnumSource
	void aListenerThatIsInterruptedByAShutdownUsesUpNoAttempt(TestedTransport transport, RedisServer redis) {
		CountDownLatch never = new CountDownLatch(1);
		Recorder recorder = new Recorder((delivery, acknowledgment) -> {
			if (delivery.deliveryCount() == 1) {
				Work.until(never);
			}
		});
		ListenerSettings settings = TestSettings.defaults().maxAttempts(1).build();
		try (TestBroker broker = new TestBroker(redis, "test", this.events)) {
			ListenerContainer container = broker.listen(transport.endpoint(SOURCE, settings, recorder.handler()));
			transport.send(broker.broker(), SOURCE, List.of("slow"));
			Patience.await().until(() -> recorder.count() == 1);
			container.stop(Duration.ofMillis(100)).join();
			container.start().join();
			// not after the reclaim delay, which is a minute
			Patience.await().atMost(Duration.ofSeconds(20)).until(() -> recorder.count() == 2);
			Patience.await().until(() -> transport.inFlight(redis.commands(), SOURCE).isEmpty());
		}
		assertThat(recorder.deliveries().get(1).failureCount()).isZero();
		assertThat(redis.commands().exists(DeadLetter.keyFor(SOURCE))).isZero();
		assertThat(this.events.failed()).isZero();
		assertThat(this.events.lost()).isZero();
	}

}
