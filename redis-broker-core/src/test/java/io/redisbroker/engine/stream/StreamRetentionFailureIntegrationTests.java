package io.redisbroker.engine.stream;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

import io.lettuce.core.Consumer;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.redisbroker.engine.registry.RequiredCommand;
import io.redisbroker.listener.WorkerExecutors;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.stream.StreamRetention;
import io.redisbroker.support.CapturedLog;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.test.RedisCluster;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.RedisConfiguration;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a stream's retention needs of Redis, and what happens where Redis refuses.
 */
@WithRedis(perMethod = true)
class StreamRetentionFailureIntegrationTests {

	private static final StreamRetention ALL_RULES = StreamRetention.of("orders")
		.withAcknowledged(true)
		.withMaxLength(1_000)
		.withMaxAge(Duration.ofDays(1));

	/** A user who may do nothing but run scripts. */
	private static final String NOTHING = "reset on >secret +hello +auth +client +select +ping +info +@scripting";

	@Test
	void tellsOncePerCauseAndGoesOn(RedisServer redis) {
		redis.commands().set("orders", "no stream");
		try (TestBroker broker = new TestBroker(redis); CapturedLog log = new CapturedLog()) {
			StreamKeeper keeper = keeper(broker);
			assertThat(keeper.round(() -> true).join()).isZero();
			assertThat(keeper.round(() -> true).join()).isZero();
			assertThat(log.warnings()).singleElement()
				.asString()
				.contains("'orders'", "WRONGTYPE", "delete or rename the key");
			redis.commands().del("orders");
			acknowledgedEntry(redis, "orders");
			assertThat(keeper.round(() -> true).join()).isOne();
			redis.commands().del("orders");
			redis.commands().set("orders", "no stream");
			keeper.round(() -> true).join();
			assertThat(log.warnings()).hasSize(2);
		}
	}

	@Test
	void namesTheRightsThatAreMissingAndNeedsNoOthers(RedisServer redis) {
		acknowledgedEntry(redis, "orders");
		setUser(redis, NOTHING);
		try (TestBroker broker = brokerOfUser(redis); CapturedLog log = new CapturedLog()) {
			StreamKeeper keeper = keeper(broker);
			keeper.round(() -> true).join();
			String granted = StreamRights.ofRetention("orders")
				.stream()
				.map(RequiredCommand::permission)
				.distinct()
				.collect(Collectors.joining(" ", "~orders ", ""));
			assertThat(log.warnings()).singleElement().asString().contains("NOPERM", "ACL SETUSER <user> " + granted);
			setUser(redis, granted);
			redis.commands().aclLogReset();
			assertThat(keeper.round(() -> true).join()).isOne();
			redis.commands().xadd("orders", "payload", "x");
			redis.commands().xgroupCreate(StreamOffset.from("orders", "0"), "forgotten");
			keeper.round(() -> true).join();
			assertThat(redis.commands().aclLog()).as("refused").isEmpty();
		}
	}

	@Test
	void removesEntriesAlsoWhileRedisIsOutOfMemory(RedisServer redis) {
		acknowledgedEntry(redis, "orders");
		try (TestBroker broker = new TestBroker(redis)) {
			redis.commands().configSet("maxmemory", "1");
			assertThat(keeper(broker).round(() -> true).join()).isOne();
		}
	}

	@Test
	void removesNothingMoreAfterTheStop(RedisServer redis) {
		acknowledgedEntry(redis, "orders");
		try (TestBroker broker = new TestBroker(redis)) {
			StreamHousekeeping housekeeping = new StreamHousekeeping(broker.directory(), BrokerEvents.NONE,
					new StreamRetentions("", List.of(ALL_RULES)), broker.registry());
			housekeeping.start();
			housekeeping.stop();
			assertThat(housekeeping.isRunning()).isFalse();
			assertThat(redis.commands().xlen("orders")).isOne();
			housekeeping.start();
			await().until(() -> redis.commands().xlen("orders") == 0);
			housekeeping.stop();
		}
	}

	@Test
	void worksInACluster() {
		try (RedisCluster redis = RedisCluster.start()) {
			redis.awaitHealthy();
			try (TestBroker broker = new TestBroker(redis)) {
				List<String> streams = List.of("orders", "payments", "refunds", "{eu}returns");
				Recorder recorder = new Recorder();
				broker.listen(StreamEndpoint.builder("listener")
					.streams(streams.toArray(String[]::new))
					.group("billing")
					.settings(TestSettings.defaults().build())
					.handler(recorder.handler()));
				streams.forEach((stream) -> broker.broker().stream(stream).sendAll(List.of("one", "two")));
				StreamHousekeeping housekeeping = new StreamHousekeeping(broker.directory(), BrokerEvents.NONE,
						new StreamRetentions("", streams.stream()
							.map((stream) -> StreamRetention.of(stream).withAcknowledged(true).withMaxLength(1_000))
							.toList()),
						broker.registry());
				housekeeping.start();
				await().until(() -> recorder.count() == 8);
				await().until(() -> streams.stream().mapToLong((stream) -> length(redis, stream)).sum() == 0);
				housekeeping.stop();
			}
		}
	}

	private static long length(RedisCluster redis, String stream) {
		return redis.commands().xlen(stream);
	}

	private static StreamKeeper keeper(TestBroker broker) {
		return new StreamKeeper(broker.directory().own(), ALL_RULES, List::of, BrokerEvents.NONE);
	}

	private static void acknowledgedEntry(RedisServer redis, String stream) {
		redis.commands().xgroupCreate(StreamOffset.from(stream, "0"), "billing", XGroupCreateArgs.Builder.mkstream());
		String id = redis.commands().xadd(stream, "payload", "x");
		redis.commands().xreadgroup(Consumer.from("billing", "somebody"), StreamOffset.lastConsumed(stream));
		redis.commands().xack(stream, "billing", id);
	}

	private static TestBroker brokerOfUser(RedisServer redis) {
		RedisConfiguration configuration = TestBroker.configuration(redis);
		RedisConfiguration.WithAuthentication login = (RedisConfiguration.WithAuthentication) configuration;
		login.setUsername("shop");
		login.setPassword("secret");
		return new TestBroker(configuration, "user-test", WorkerExecutors.platformThreads(), BrokerEvents.NONE);
	}

	private static void setUser(RedisServer redis, String rights) {
		CommandArgs<String, String> args = new CommandArgs<>(StringCodec.UTF8).add("SETUSER").add("shop");
		List.of(rights.split(" ")).forEach(args::add);
		redis.commands().dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), args);
	}

}
