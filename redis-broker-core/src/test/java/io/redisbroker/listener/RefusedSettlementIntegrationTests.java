package io.redisbroker.listener;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.protocol.CommandType;
import io.redisbroker.listener.ListenerProblem.Kind;
import io.redisbroker.retry.DoNotRetryException;
import io.redisbroker.support.CapturedLog;
import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Redis refuses settlements for a while. They are repeated and reported, and they limit
 * how many messages are read. No message is handled twice.
 */
@WithRedis
class RefusedSettlementIntegrationTests {

	private static final int MESSAGES = 500;

	private final List<String> sent = IntStream.range(0, MESSAGES).mapToObj((each) -> "order " + each).toList();

	private final RecordedEvents events = new RecordedEvents();

	private RedisServer redis;

	@BeforeEach
	void start(RedisServer redis) {
		redis.commands().flushall();
		this.redis = redis;
	}

	@AfterEach
	void allow() {
		allowAll();
	}

	@ParameterizedTest
	@EnumSource
	void acknowledgementsAreRepeatedUntilRedisTakesThem(TestedTransport transport) {
		Recorder handled = new Recorder();
		ListenerSettings settings = TestSettings.defaults().batchSize(20).reclaimDelay(Duration.ofSeconds(1)).build();
		try (CapturedLog log = new CapturedLog(); TestBroker broker = new TestBroker(this.redis, "test", this.events)) {
			ListenerContainer listener = broker.listen(transport.endpoint("orders", settings, handled.handler()));
			transport.send(broker.broker(), "orders", List.of("before"));
			await().until(() -> transport.inFlight(this.redis.commands(), "orders").isEmpty() && handled.count() == 1);
			forbid(transport);
			transport.send(broker.broker(), "orders", this.sent);
			await().until(() -> kinds(listener).contains(Kind.SETTLE) && this.events.hindered() > 4);
			assertThat(listener.problems()).allMatch((problem) -> problem.cause().startsWith("NOPERM"));
			// the number that it may hold, and the same number waiting to be settled
			assertThat(handled.count()).isBetween(2, 41);
			assertThat(log.warnings().stream().filter((line) -> line.contains("can't settle"))).hasSize(1);
			allowAll();
			await().until(() -> handled.count() >= MESSAGES + 1);
			await().until(() -> transport.inFlight(this.redis.commands(), "orders").isEmpty());
			await().until(() -> listener.problems().isEmpty());
		}
		assertThat(handled.texts()).containsOnlyOnceElementsOf(this.sent);
		assertThat(this.events.lost()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void deadLettersAreRepeatedUntilRedisTakesThem(TestedTransport transport) {
		Recorder failing = new Recorder((delivery, ack) -> {
			throw new DoNotRetryException("as asked");
		});
		ListenerSettings settings = TestSettings.defaults().batchSize(20).reclaimDelay(Duration.ofSeconds(1)).build();
		try (CapturedLog log = new CapturedLog(); TestBroker broker = new TestBroker(this.redis, "test", this.events)) {
			ListenerContainer listener = broker.listen(transport.endpoint("orders", settings, failing.handler()));
			this.redis.commands().set("{orders}:dlq", "another program's");
			transport.send(broker.broker(), "orders", this.sent);
			await().until(() -> kinds(listener).contains(Kind.SETTLE) && this.events.hindered() > 4);
			assertThat(failing.count()).isBetween(1, 40);
			assertThat(log.warnings().stream().filter((line) -> line.contains("can't settle"))).hasSize(1);
			this.redis.commands().del("{orders}:dlq");
			await().until(() -> this.redis.commands().xlen("{orders}:dlq") == MESSAGES);
			await().until(() -> listener.problems().isEmpty());
		}
		assertThat(failing.texts()).containsOnlyOnceElementsOf(this.sent);
		assertThat(this.events.deadLetters()).hasSize(MESSAGES);
	}

	@ParameterizedTest
	@EnumSource
	void aReclaimThatIsRefusedIsToldAndDoesNotEndReading(TestedTransport transport) {
		Recorder handled = new Recorder();
		ListenerSettings settings = TestSettings.defaults().reclaimDelay(Duration.ofSeconds(1)).build();
		String due = (transport == TestedTransport.STREAM) ? "{orders}:retries:workers" : "{orders}:delayed";
		try (CapturedLog log = new CapturedLog(); TestBroker broker = new TestBroker(this.redis, "test", this.events)) {
			ListenerContainer listener = broker.listen(transport.endpoint("orders", settings, handled.handler()));
			this.redis.commands().set(due, "another program's");
			await().until(() -> kinds(listener).contains(Kind.RECLAIM) && this.events.hindered() > 3);
			transport.send(broker.broker(), "orders", this.sent);
			await().until(() -> handled.count() == MESSAGES);
			assertThat(log.warnings().stream().filter((line) -> line.contains("can't reclaim"))).hasSize(1)
				.allMatch((line) -> line.contains("WRONGTYPE"));
			this.redis.commands().del(due);
			await().until(() -> listener.problems().isEmpty());
		}
	}

	private static List<Kind> kinds(ListenerContainer listener) {
		return listener.problems().stream().map(ListenerProblem::kind).toList();
	}

	/** Removes the right to acknowledge. */
	private void forbid(TestedTransport transport) {
		this.redis.commands()
			.aclSetuser("default", AclSetuserArgs.Builder
				.removeCommand((transport == TestedTransport.STREAM) ? CommandType.XACK : CommandType.ZREM));
	}

	private void allowAll() {
		this.redis.commands().aclSetuser("default", AclSetuserArgs.Builder.allCommands());
	}

}
