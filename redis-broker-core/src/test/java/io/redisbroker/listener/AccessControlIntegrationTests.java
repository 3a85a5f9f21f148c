package io.redisbroker.listener;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.lettuce.core.Consumer;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.redisbroker.admin.DelayedMessage;
import io.redisbroker.admin.EntryRange;
import io.redisbroker.admin.Page;
import io.redisbroker.admin.PendingFilter;
import io.redisbroker.admin.Sources;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.retry.Backoff;
import io.redisbroker.send.QueueSender;
import io.redisbroker.support.CapturedLog;
import io.redisbroker.support.DocumentedRights;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The documented rights are enough, and messages explain missing rights.
 */
@WithRedis
class AccessControlIntegrationTests {

	private static final ListenerSettings SETTINGS = new ListenerSettings(AckMode.AUTO, 1, 10, Duration.ofSeconds(1), 2,
			new Backoff(Duration.ofMillis(50), 1, Duration.ofMillis(50), 0), null, true);

	private static String rights(TestedTransport transport) {
		return DocumentedRights.valueOf(transport.name()).rights();
	}

	@ParameterizedTest
	@EnumSource
	void theDocumentedRightsAreEnough(TestedTransport transport, RedisServer redis) {
		try (TestBroker broker = brokerOfUser(redis, rights(transport))) {
			Queue<String> handled = new ConcurrentLinkedQueue<>();
			broker.listen(transport.endpoint("orders", SETTINGS, DeliveryHandler.of((delivery, acknowledgment) -> {
				handled.add(delivery.text() + " " + delivery.deliveryCount());
				if ("bad".equals(delivery.text())) {
					throw new IllegalStateException("as asked");
				}
			})));
			transport.send(broker.broker(), "orders", List.of("good", "bad"));
			await().untilAsserted(() -> assertThat(handled).containsExactly("good 1", "bad 1", "bad 2"));
			await().untilAsserted(() -> assertThat(redis.commands().xlen("{orders}:dlq")).isEqualTo(1));
			await().untilAsserted(() -> assertThat(redis.commands().pubsubChannels()).contains("{orders}:wake"));
		}
		assertThat(transport.isMember(redis.commands(), "orders", "user-test")).as("left after taking leave").isFalse();
	}

	@Test
	void theDocumentedRightsAreEnoughToSend(RedisServer redis) {
		try (TestBroker broker = brokerOfUser(redis, rights(TestedTransport.STREAM))) {
			broker.broker().stream("orders").withMaxAge(Duration.ofDays(1)).send("x");
		}
		redis.commands().flushall();
		try (TestBroker broker = brokerOfUser(redis, rights(TestedTransport.QUEUE))) {
			QueueSender orders = broker.broker().queue("orders");
			orders.sendDelayed("x", Duration.ofMinutes(1));
			orders.withMaxLength(10).withDeduplication("x", Duration.ofMinutes(1)).send("x");
			orders.sendIfPresent("x");
			assertThat(orders.peek(1)).hasSize(1);
			assertThat(orders.size() + orders.delayed() + orders.inFlight()).isEqualTo(3);
		}
	}

	@Test
	void theDocumentedRightsAreEnoughToLookInside(RedisServer redis) {
		redis.commands().flushall();
		redis.commands().xadd("orders", "payload", "x");
		redis.commands().xgroupCreate(StreamOffset.from("orders", "0"), "workers");
		redis.commands().xreadgroup(Consumer.from("workers", "other"), StreamOffset.lastConsumed("orders"));
		try (TestBroker broker = brokerOfUser(redis, DocumentedRights.LOOKING.rights())) {
			broker.registry().add(TestedTransport.STREAM.endpoint("orders", SETTINGS, new Recorder().handler()));
			Sources sources = broker.sources();
			assertThat(sources.entries("orders", EntryRange.ALL, null, 1).items()).hasSize(1);
			assertThat(sources.entries("orders", EntryRange.ALL.newestFirst(), null, 1).items()).hasSize(1);
			assertThat(sources.pending("orders", "workers", PendingFilter.ALL, null, 1).items()).hasSize(1);
			assertThat(sources.groups("orders")).hasSize(1);
			assertThat(sources.consumers("orders", "workers")).hasSize(1);
			assertThat(sources.backlog("worker").join().get("orders").inFlight()).isOne();
		}
		redis.commands().flushall();
		try (TestBroker sender = new TestBroker(redis);
				TestBroker broker = brokerOfUser(redis, DocumentedRights.LOOKING.rights())) {
			sender.broker().queue("orders").sendAll(List.of("a", "b"));
			sender.broker().queue("orders").sendDelayed("c", Duration.ofHours(1));
			sender.broker().queue("orders").sendDelayed("d", Duration.ofHours(2));
			broker.registry().add(TestedTransport.QUEUE.endpoint("orders", SETTINGS, new Recorder().handler()));
			Sources sources = broker.sources();
			assertThat(sources.waiting("orders", null, 10).items()).hasSize(2);
			Page<DelayedMessage> page = sources.delayed("orders", null, 1);
			assertThat(sources.delayed("orders", page.next(), 1).items()).hasSize(1);
			redis.commands().zremrangebyrank("{orders}:delayed", 0, 0);
			assertThat(sources.delayed("orders", page.next(), 1).items()).hasSize(1);
			assertThat(sources.leased("orders", null, 1).items()).isEmpty();
			assertThat(sources.consumers("worker").join()).containsOnlyKeys("orders");
			assertThat(sources.backlog("worker").join().get("orders").lag()).isEqualTo(2);
		}
	}

	@ParameterizedTest
	@EnumSource
	void missingRightsFailAtStartAndNameWhatToGrant(TestedTransport transport, RedisServer redis) {
		try (TestBroker broker = brokerOfUser(redis, "~other +@all")) {
			assertThatExceptionOfType(BrokerConfigurationException.class)
				.isThrownBy(() -> broker.listen(transport.endpoint("orders", SETTINGS, new Recorder().handler())))
				.withMessageContaining("orders")
				.withMessageContaining("ACL SETUSER")
				.withMessageContaining(rights(transport));
		}
	}

	/**
	 * For rights of the script that runs at start, and of scripts that run later.
	 */
	@ParameterizedTest
	@CsvSource({ "STREAM, xgroup, +xgroup|create", "STREAM, xinfo, +xinfo|stream", "STREAM, xack, +xack",
			"STREAM, xautoclaim, +xautoclaim", "STREAM, hincrby, +hincrby", "QUEUE, zadd, +zadd",
			"QUEUE, incrby, +incrby", "QUEUE, hdel, +hdel" })
	void aRightThatAScriptLacksFailsAtStartAndIsNamed(TestedTransport transport, String command, String right,
			RedisServer redis) {
		try (TestBroker broker = brokerOfUser(redis, rights(transport) + " -" + command)) {
			assertThatExceptionOfType(BrokerConfigurationException.class)
				.isThrownBy(() -> broker.listen(transport.endpoint("orders", SETTINGS, new Recorder().handler())))
				.withMessageContaining("Listener '")
				.withMessageContaining("orders")
				.withMessageContaining("ACL SETUSER")
				.satisfies((refusal) -> assertThat(refusal.action()).contains(right));
		}
	}

	@Test
	void takesNothingFromAQueueThatItMayNoLongerLeaseAndNamesTheRightOnce(RedisServer redis) {
		String rights = rights(TestedTransport.QUEUE);
		Recorder handled = new Recorder();
		try (CapturedLog log = new CapturedLog(); TestBroker broker = brokerOfUser(redis, rights)) {
			broker.listen(TestedTransport.QUEUE.endpoint("orders", SETTINGS, handled.handler()));
			setUser(redis, rights + " -zadd");
			redis.commands().lpush("orders", "1", "2", "3");
			redis.commands().configResetstat();
			await().until(() -> redis.commandStats().getOrDefault("evalsha", 0L) > 5);
			assertThat(log.warnings()).filteredOn((warning) -> warning.contains("can't read orders"))
				.singleElement(InstanceOfAssertFactories.STRING)
				.contains("'zadd'");
			setUser(redis, rights);
			await().until(() -> handled.count() == 3);
		}
		assertThat(handled.texts()).containsExactly("1", "2", "3");
	}

	@Test
	void namesTheRightOnceThatItLacksToTakeOver(RedisServer redis) {
		String rights = rights(TestedTransport.STREAM);
		try (CapturedLog log = new CapturedLog(); TestBroker broker = brokerOfUser(redis, rights)) {
			// without pending messages no consumer looks for messages to reclaim
			redis.commands().xadd("orders", "payload", "x");
			redis.commands().xgroupCreate(StreamOffset.from("orders", "0"), "workers");
			redis.commands().xreadgroup(Consumer.from("workers", "other"), StreamOffset.lastConsumed("orders"));
			broker.listen(TestedTransport.STREAM.endpoint("orders",
					TestSettings.defaults().reclaimDelay(Duration.ofSeconds(6)).build(), new Recorder().handler()));
			setUser(redis, rights + " -xautoclaim");
			await().until(() -> !log.warnings().isEmpty());
			redis.commands().configResetstat();
			await().until(() -> redis.commandStats().getOrDefault("evalsha", 0L) > 2);
			assertThat(log.warnings()).singleElement(InstanceOfAssertFactories.STRING)
				.contains("can't reclaim due or abandoned messages of orders", "'xautoclaim'");
		}
	}

	private static TestBroker brokerOfUser(RedisServer redis, String rights) {
		setUser(redis, rights);
		RedisStandaloneConfiguration configuration = new RedisStandaloneConfiguration(redis.host(), redis.port());
		configuration.setUsername("shop");
		configuration.setPassword("secret");
		return new TestBroker(configuration, "user-test", WorkerExecutors.platformThreads(), BrokerEvents.NONE);
	}

	private static void setUser(RedisServer redis, String rights) {
		CommandArgs<String, String> args = new CommandArgs<>(StringCodec.UTF8).add("SETUSER")
			.add("shop")
			.add("reset")
			.add("on")
			.add(">secret");
		List.of(rights.split(" ")).forEach(args::add);
		redis.commands().dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), args);
	}

}
