package io.redisbroker.engine.preflight;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.engine.preflight.Finding.Level;
import io.redisbroker.engine.preflight.Finding.Subject;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.listener.WorkerExecutors;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.retry.Backoff;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.support.DocumentedRights;
import io.redisbroker.support.TestBroker;
import io.redisbroker.test.RedisCluster;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@link Preflight} finds out about real servers.
 */
@WithRedis(perMethod = true)
class PreflightIntegrationTests {

	private final Queue<String> handled = new ConcurrentLinkedQueue<>();

	@Test
	void warnsOfAServerThatLosesMessages(RedisServer redis) {
		redis.commands().configSet("save", "");
		redis.commands().configSet("maxmemory", "100mb");
		redis.commands().configSet("maxmemory-policy", "allkeys-lru");
		PreflightReport report = run(redis);
		assertThat(report.findings(Level.WARNING)).extracting(Finding::subject)
			.containsExactly(Subject.EVICTION, Subject.PERSISTENCE);
		assertThat(report.findings(Level.NOTE)).extracting(Finding::subject).containsExactly(Subject.REPLICAS);
		assertThat(report.findings().get(0).problem()).contains("allkeys-lru", "(100.00M)");
		assertThat(report.servers()).containsExactly("Redis " + redis.info("server").get("redis_version"));
	}

	@Test
	void findsLessAfterItWasMended(RedisServer redis) {
		redis.commands().configSet("appendonly", "yes");
		assertThat(run(redis).findings()).extracting(Finding::subject).containsExactly(Subject.REPLICAS);
	}

	@Test
	void makesANoteOfWhatItMayNotAsk(RedisServer redis) {
		user(redis, "+@all -config ~* &*");
		try (TestBroker broker = brokerOfUser(redis)) {
			assertThat(run(broker).findings(Level.NOTE))
				.filteredOn((finding) -> finding.subject() == Subject.PERSISTENCE)
				.singleElement()
				.satisfies((finding) -> assertThat(finding.problem()).contains("CONFIG GET save is not allowed"));
		}
		user(redis, "+@all -config -info ~* &*");
		try (TestBroker broker = brokerOfUser(redis)) {
			assertThat(run(broker).findings()).singleElement()
				.satisfies((finding) -> assertThat(finding.action()).contains("+info"))
				.hasFieldOrPropertyWithValue("level", Level.NOTE);
		}
	}

	@Test
	void warnsOfOnePrimaryOfAClusterThatDiffersFromTheOthers() {
		try (RedisCluster redis = RedisCluster.start(); TestBroker broker = new TestBroker(redis)) {
			redis.nodes().forEach((node) -> node.commands().configSet("appendonly", "yes"));
			redis.awaitHealthy();
			assertThat(run(broker).findings()).isEmpty();
			for (RedisServer primary : redis.primaries()) {
				primary.commands().configSet("maxmemory-policy", "allkeys-lru");
				primary.commands().configSet("maxmemory", "100mb");
				assertThat(run(broker).findings()).extracting(Finding::subject).containsExactly(Subject.EVICTION);
				primary.commands().configSet("maxmemory-policy", "noeviction");
			}
		}
	}

	@Test
	void failsWhenRedisCantBeReached(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			redis.stop();
			assertThat(
					new Preflight(broker.directory(), broker.registry(), Stage.UNKNOWN).run(broker.directory().own()))
				.failsWithin(Duration.ofSeconds(15));
		}
	}

	@Test
	void findsNoRightMissingForAUserWhoMayDoEverything(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			broker.listen(listener("billing", false));
			assertThat(permissions(broker)).isEmpty();
		}
	}

	/** Starting with nothing, the lines that it gives are all that a listener needs. */
	@Test
	void givesTheLinesThatGrantWhatListenersNeed(RedisServer redis) {
		user(redis, "+@connection");
		try (TestBroker broker = brokerOfUser(redis)) {
			ListenerContainer container = broker.listen(listener("billing", false));
			List<Finding> withoutScripts = permissions(broker);
			assertThat(withoutScripts).extracting(Finding::action)
				.containsExactly("Grant them: ACL SETUSER <user> +@scripting");
			grant(redis, "+@scripting +acl|whoami");
			String line = permissions(broker).get(0).action();
			assertThat(line).startsWith("Grant them: ACL SETUSER shop ")
				.contains(" ~orders ", " ~{orders}:dlq ", " &{orders}:wake ", " +xadd", " +xgroup|create ",
						" +publish");
			grant(redis, line.substring("Grant them: ACL SETUSER shop ".length()));
			assertThat(permissions(broker)).isEmpty();
			container.start().join();
			assertThat(container.isConnected()).isTrue();
			redis.commands().xadd("orders", "payload", "bad");
			await().untilAsserted(() -> assertThat(this.handled).containsExactly("bad 1", "bad 2"));
			await().untilAsserted(() -> assertThat(redis.commands().xlen("{orders}:dlq")).isEqualTo(1));
		}
		assertThat(redis.commands().xinfoConsumers("orders", "billing")).as("Consumers after taking leave").hasSize(1);
	}

	@Test
	void givesTheLineThatGrantsWhatQueuesNeed(RedisServer redis) {
		user(redis, "+@connection +@scripting +acl|whoami");
		try (TestBroker broker = brokerOfUser(redis)) {
			broker.listen(QueueEndpoint.builder("packing")
				.queues("orders")
				.settings(settings(AckMode.AUTO, false))
				.handler(handler()));
			String line = permissions(broker).get(0).action();
			grant(redis, line.substring("Grant them: ACL SETUSER shop ".length()));
			assertThat(permissions(broker)).isEmpty();
			broker.registry().container("packing").orElseThrow().start().join();
			redis.commands().lpush("orders", "bad");
			await().untilAsserted(() -> assertThat(this.handled).containsExactly("bad 1", "bad 2"));
			await().untilAsserted(() -> assertThat(redis.commands().xlen("{orders}:dlq")).isEqualTo(1));
		}
	}

	@Test
	void namesOnlyWhatIsMissing(RedisServer redis) {
		user(redis, "+@all -xautoclaim ~* &*");
		try (TestBroker broker = brokerOfUser(redis)) {
			broker.listen(listener("billing", false));
			assertThat(permissions(broker)).extracting(Finding::action)
				.containsExactly("Grant them: ACL SETUSER shop +xautoclaim");
		}
	}

	/** Subscribing takes no scripts. */
	@Test
	void findsNothingMissingForAListenerOnChannelsWithTheDocumentedRights(RedisServer redis) {
		user(redis, DocumentedRights.CHANNELS.rights());
		try (TestBroker broker = brokerOfUser(redis)) {
			broker.listen(ChannelEndpoint.builder("prices")
				.channels("prices")
				.patterns("news.*")
				.settings(settings(AckMode.NONE, true))
				.handler(handler()));
			assertThat(permissions(broker)).isEmpty();
			await().untilAsserted(() -> assertThat(redis.commands().pubsubChannels()).contains("prices"));
		}
	}

	@Test
	void asksForNoMoreThanAReaderWithoutAGroupNeeds(RedisServer redis) {
		user(redis, "+@scripting +@connection +xrevrange +xread ~orders");
		try (TestBroker broker = brokerOfUser(redis)) {
			broker.listen(StreamEndpoint.builder("screen")
				.streams("orders")
				.settings(settings(AckMode.NONE, false))
				.handler(handler()));
			assertThat(permissions(broker)).isEmpty();
		}
	}

	private ListenerEndpoint listener(String group, boolean autoStartup) {
		return StreamEndpoint.builder(group)
			.streams("orders")
			.group(group)
			.settings(settings(AckMode.AUTO, autoStartup))
			.handler(handler());
	}

	private static ListenerSettings settings(AckMode ackMode, boolean autoStartup) {
		return new ListenerSettings(ackMode, 1, 10, Duration.ofSeconds(1), 2,
				new Backoff(Duration.ofMillis(50), 1, Duration.ofMillis(50), 0), null, autoStartup);
	}

	private DeliveryHandler handler() {
		return DeliveryHandler.of((delivery, acknowledgment) -> {
			this.handled.add(delivery.text() + " " + delivery.deliveryCount());
			throw new IllegalStateException("as asked");
		});
	}

	private static PreflightReport run(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			return run(broker);
		}
	}

	private static PreflightReport run(TestBroker broker) {
		return new Preflight(broker.directory(), broker.registry(), Stage.UNKNOWN).run(broker.directory().own()).join();
	}

	private static List<Finding> permissions(TestBroker broker) {
		return run(broker).findings().stream().filter((finding) -> finding.subject() == Subject.PERMISSIONS).toList();
	}

	private static void user(RedisServer redis, String rights) {
		grant(redis, "reset on >secret " + rights);
	}

	private static void grant(RedisServer redis, String rights) {
		CommandArgs<String, String> args = new CommandArgs<>(StringCodec.UTF8).add("SETUSER").add("shop");
		List.of(rights.split(" ")).forEach(args::add);
		redis.commands().dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), args);
	}

	private static TestBroker brokerOfUser(RedisServer redis) {
		RedisStandaloneConfiguration configuration = new RedisStandaloneConfiguration(redis.host(), redis.port());
		configuration.setUsername("shop");
		configuration.setPassword("secret");
		return new TestBroker(configuration, "user-test", WorkerExecutors.platformThreads(), BrokerEvents.NONE);
	}

}
