package io.redisbroker.engine.stream;

import java.time.Duration;
import java.util.List;

import io.lettuce.core.Consumer;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.redisbroker.listener.AckMode;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.stream.StreamRetention;
import io.redisbroker.support.CapturedLog;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A group that keeps entries in a stream and has no active consumer is reported.
 */
@WithRedis
class IdleGroupIntegrationTests {

	private static final StreamRetention ACKNOWLEDGED = StreamRetention.of("orders")
		.withAcknowledged(true)
		.withIdleGroupAfter(Duration.ofMillis(100));

	private RedisServer redis;

	private TestBroker broker;

	@BeforeEach
	void createBroker(RedisServer redis) {
		this.redis = redis;
		this.broker = new TestBroker(redis, "test");
	}

	@AfterEach
	void closeBroker() {
		this.broker.close();
	}

	@Test
	void tellsOnceOfAGroupWithoutConsumersAndAgainWhenItIsBack() {
		createGroup("forgotten");
		addOldEntries();
		StreamKeeper keeper = keeper(ACKNOWLEDGED);
		try (CapturedLog log = new CapturedLog()) {
			keeper.round(() -> true).join();
			keeper.round(() -> true).join();
			assertThat(keeper.idleGroups())
				.containsExactly(new IdleGroup("orders", "forgotten", false, 0, null, 0, 3L));
			assertThat(log.warnings()).singleElement()
				.asString()
				.contains("'forgotten'", "'orders'", "3 not delivered", "XGROUP DESTROY orders forgotten");
			this.redis.commands().xgroupDestroy("orders", "forgotten");
			keeper.round(() -> true).join();
			assertThat(keeper.idleGroups()).isEmpty();
			createGroup("forgotten");
			keeper.round(() -> true).join();
			assertThat(log.warnings()).hasSize(2);
		}
	}

	@Test
	void tellsOfAGroupWhoseConsumersHaveBeenIdleForLong() {
		createGroup("stuck");
		addOldEntries();
		this.redis.commands().xreadgroup(Consumer.from("stuck", "dead"), StreamOffset.lastConsumed("orders"));
		StreamKeeper keeper = keeper(ACKNOWLEDGED);
		await().untilAsserted(() -> {
			keeper.round(() -> true).join();
			assertThat(keeper.idleGroups()).singleElement().satisfies((group) -> {
				assertThat(group.idle()).isBetween(Duration.ofMillis(100), Duration.ofMinutes(1));
				assertThat(group).isEqualTo(new IdleGroup("orders", "stuck", false, 1, group.idle(), 3, 0L));
			});
		});
	}

	@Test
	void retriesThatArePutAsideAreNoConsumer() {
		createGroup("gone");
		addOldEntries();
		this.redis.commands()
			.xreadgroup(Consumer.from("gone", Membership.PARKING), StreamOffset.lastConsumed("orders"));
		StreamKeeper keeper = keeper(ACKNOWLEDGED);
		keeper.round(() -> true).join();
		assertThat(keeper.idleGroups()).containsExactly(new IdleGroup("orders", "gone", false, 0, null, 3, 0L));
	}

	@Test
	void tellsOfAListenerThatWasNeverStarted() {
		this.broker.listen(StreamEndpoint.builder("archive")
			.streams("orders")
			.group("archive")
			.settings(TestSettings.defaults().autoStartup(false).build())
			.handler(new Recorder().handler()));
		addOldEntries();
		StreamHousekeeping housekeeping = new StreamHousekeeping(this.broker.directory(), BrokerEvents.NONE,
				new StreamRetentions("", List.of(ACKNOWLEDGED)), this.broker.registry());
		housekeeping.start();
		try {
			await().until(() -> !housekeeping.idleGroups().isEmpty());
			assertThat(housekeeping.idleGroups())
				.containsExactly(new IdleGroup("orders", "archive", true, 0, null, 0, 3L));
			assertThat(housekeeping.idleGroups().get(0).description()).contains("does not exist yet",
					"Start its listener");
		}
		finally {
			housekeeping.stop();
		}
	}

	@Test
	void tellsNothingOfAGroupThatIsReadOrHasNothingToDo() {
		Recorder recorder = new Recorder();
		this.broker.listen(StreamEndpoint.builder("listener")
			.streams("orders")
			.group("billing")
			.settings(TestSettings.defaults().ackMode(AckMode.MANUAL).build())
			.handler(recorder.handler()));
		createGroup("done");
		addOldEntries();
		this.redis.commands().xreadgroup(Consumer.from("done", "dead"), StreamOffset.lastConsumed("orders"));
		this.redis.commands().xack("orders", "done", "1-1", "2-1", "3-1");
		await().until(() -> recorder.count() == 3);
		StreamKeeper keeper = keeper(ACKNOWLEDGED.withIdleGroupAfter(Duration.ofMinutes(1)));
		keeper.round(() -> true).join();
		assertThat(keeper.idleGroups()).isEmpty();
		assertThat(this.redis.commands().xlen("orders")).isEqualTo(3);
	}

	@Test
	void tellsNothingOfEntriesThatAreYoung() {
		createGroup("nightly");
		this.broker.broker().stream("orders").send("x");
		StreamKeeper keeper = keeper(ACKNOWLEDGED.withIdleGroupAfter(Duration.ofMinutes(10)));
		keeper.round(() -> true).join();
		assertThat(keeper.idleGroups()).isEmpty();
	}

	private StreamKeeper keeper(StreamRetention retention) {
		return new StreamKeeper(this.broker.directory().own(), retention, List::of, BrokerEvents.NONE);
	}

	private void createGroup(String group) {
		this.redis.commands()
			.xgroupCreate(StreamOffset.from("orders", "0"), group, XGroupCreateArgs.Builder.mkstream());
	}

	private void addOldEntries() {
		for (int time = 1; time <= 3; time++) {
			this.redis.commands().xadd("orders", new XAddArgs().id(time + "-1"), "payload", "x");
		}
	}

}
