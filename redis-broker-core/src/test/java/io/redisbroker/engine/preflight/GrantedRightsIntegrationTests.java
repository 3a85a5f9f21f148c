package io.redisbroker.engine.preflight;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.redisbroker.admin.DeadLetterFilter;
import io.redisbroker.admin.DeadLetters;
import io.redisbroker.admin.StoredDeadLetter;
import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.deadletter.DeadLetterRetention;
import io.redisbroker.engine.preflight.Finding.Subject;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.WorkerExecutors;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.send.QueueSender;
import io.redisbroker.send.StreamSender;
import io.redisbroker.support.DocumentedRights;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisCluster;
import io.redisbroker.test.RedisDeployment;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.data.redis.connection.RedisConfiguration;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A user with the very line that the preflight prints is refused nothing, whatever is
 * done with a listener. Redis itself tells, in its log of what it has refused.
 */
@WithRedis
class GrantedRightsIntegrationTests {

	/** A user who may do nothing but be told what is missing. */
	private static final String NOTHING = "reset on >secret +hello +auth +client +select +@scripting +acl|whoami +info";

	private static final String GRANT = "Grant them: ACL SETUSER shop ";

	private final Recorder failing = new Recorder((delivery, acknowledgment) -> {
		if (delivery.text().startsWith("bad")) {
			throw new IllegalStateException("as asked");
		}
	});

	@ParameterizedTest
	@EnumSource
	void areEnoughForAllThatIsDoneWithAListener(TestedTransport transport, RedisServer redis) {
		setUser(redis, NOTHING);
		try (TestBroker broker = brokerOfUser(redis)) {
			ListenerContainer container = granted(redis, broker,
					transport.endpoint("orders",
							TestSettings.defaults()
								.maxAttempts(2)
								.backoff(TestSettings.NO_PAUSE)
								.retention(new DeadLetterRetention(1000, Duration.ofDays(1)))
								.autoStartup(false)
								.build(),
							this.failing.handler()));
			container.start().join();
			transport.send(broker.broker(), "orders", Map.of("tenant", "eu"),
					List.of("good", "bad 1", "bad 2", "bad 3"));
			transport.send(broker.broker(), "orders", List.of("bad 4"));
			DeadLetters letters = broker.deadLetters();
			await().until(() -> letters.count("orders") == 4);
			List<StoredDeadLetter> all = letters.list("orders", DeadLetterFilter.ALL, null, 10).letters();
			assertThat(letters.redrive("orders", all.get(0).id(), "good too")).isTrue();
			await().until(() -> this.failing.texts().contains("good too"));
			assertThat(letters.delete("orders", List.of(all.get(1).id()))).isOne();
			assertThat(letters.redriveAll("orders", DeadLetterFilter.ALL, 100).join()).isEqualTo(2);
			await().until(() -> letters.count("orders") == 2);
			assertThat(letters.purge("orders")).isEqualTo(2);
			assertThat(broker.sources().backlog(container.endpoint().id()).join().get("orders").total()).isZero();
			assertThat(broker.sources().consumers(container.endpoint().id()).join()).containsOnlyKeys("orders");
			container.pause().join();
			container.resume().join();
			container.stop(Duration.ofSeconds(5)).join();
		}
		assertThat(redis.commands().aclLog()).as("refused").isEmpty();
	}

	@Test
	void areEnoughForChannels(RedisServer redis) {
		setUser(redis, NOTHING);
		try (TestBroker broker = brokerOfUser(redis)) {
			ListenerContainer container = granted(redis, broker,
					ChannelEndpoint.builder("watch")
						.channels("prices")
						.patterns("news.*")
						.settings(TestSettings.defaults()
							.ackMode(AckMode.NONE)
							.deadLetters("failed")
							.retention(new DeadLetterRetention(1000, Duration.ofDays(1)))
							.autoStartup(false)
							.build())
						.handler(this.failing.handler()));
			container.start().join();
			redis.commands().publish("prices", "bad");
			redis.commands().publish("news.eu", "bad too");
			DeadLetters letters = broker.deadLetters();
			await().until(() -> letters.count("prices") == 1 && letters.count("news.*") == 1);
			StoredDeadLetter first = letters.list("prices", DeadLetterFilter.ALL, null, 10).letters().get(0);
			assertThat(letters.delete("prices", List.of(first.id()))).isOne();
			assertThat(letters.purge("news.*")).isOne();
			container.pause().join();
			container.resume().join();
			container.stop(Duration.ofSeconds(5)).join();
		}
		assertThat(redis.commands().aclLog()).as("refused").isEmpty();
	}

	@Test
	void areEnoughForShardedChannels(RedisServer redis) {
		setUser(redis, NOTHING);
		try (TestBroker broker = brokerOfUser(redis)) {
			ListenerContainer container = granted(redis, broker,
					ChannelEndpoint.builder("watch")
						.channels("prices")
						.sharded(true)
						.settings(TestSettings.defaults().ackMode(AckMode.NONE).autoStartup(false).build())
						.handler(this.failing.handler()));
			container.start().join();
			redis.commands().spublish("prices", "good");
			await().until(() -> this.failing.count() == 1);
			container.stop(Duration.ofSeconds(5)).join();
		}
		assertThat(redis.commands().aclLog()).as("refused").isEmpty();
	}

	/** An application that only sends, with what the documentation says it needs. */
	@Test
	void thoseOfASenderAreEnoughToSend(RedisServer redis) {
		redis.commands().aclLogReset();
		setUser(redis, "reset on >secret " + DocumentedRights.CHANNEL_SENDER.rights());
		try (TestBroker broker = brokerOfUser(redis)) {
			broker.broker().channel("prices").publish("1");
			broker.broker().shardedChannel("prices").publish("1");
		}
		setUser(redis, "reset on >secret " + DocumentedRights.QUEUE_SENDER.rights());
		try (TestBroker broker = brokerOfUser(redis)) {
			QueueSender queue = broker.broker().queue("orders");
			queue.send("one");
			queue.sendAll(List.of("two", "three"));
			queue.sendDelayed("four", Duration.ofMinutes(1));
			queue.withMaxLength(10).withDeduplication("five", Duration.ofMinutes(1)).send("five");
			queue.sendIfPresent("six");
			assertThat(queue.peek(1)).hasSize(1);
			assertThat(queue.size() + queue.delayed() + queue.inFlight()).isEqualTo(6);
		}
		redis.flushAll();
		setUser(redis, "reset on >secret " + DocumentedRights.STREAM_SENDER.rights());
		try (TestBroker broker = brokerOfUser(redis)) {
			StreamSender stream = broker.broker().stream("orders");
			stream.send("one");
			stream.sendAll(List.of("two", "three"));
			stream.withMaxAge(Duration.ofDays(1)).send("four");
		}
		assertThat(redis.commands().aclLog()).as("refused").isEmpty();
	}

	/** With what the documentation adds for a cluster. */
	@Test
	void thoseOfASenderAreEnoughToSendInACluster() {
		try (RedisCluster redis = RedisCluster.start()) {
			redis.awaitHealthy();
			setUser(redis, "reset on >secret +@connection +@scripting ~orders +xadd +time +cluster|nodes +info");
			try (TestBroker broker = brokerOfUser(redis)) {
				broker.broker().stream("orders").sendAll(List.of("one", "two"));
			}
			assertThat(redis.nodes()).allSatisfy((node) -> assertThat(node.commands().aclLog()).isEmpty());
		}
	}

	@Test
	void areEnoughInACluster() {
		try (RedisCluster redis = RedisCluster.start()) {
			redis.awaitHealthy();
			// without the last nobody gets as far as to be told
			setUser(redis, NOTHING + " +cluster|nodes");
			try (TestBroker broker = brokerOfUser(redis)) {
				ListenerContainer container = broker.listen(TestedTransport.STREAM.endpoint("orders",
						TestSettings.defaults().autoStartup(false).build(), this.failing.handler()));
				String action = permissions(broker).get(0).action();
				assertThat(action).contains(" +asking");
				setUser(redis, action.substring(GRANT.length()));
				redis.nodes().forEach((node) -> node.commands().aclLogReset());
				container.start().join();
				broker.broker().stream("orders").send("good");
				await().until(() -> this.failing.count() == 1);
			}
			assertThat(redis.nodes()).allSatisfy((node) -> assertThat(node.commands().aclLog()).isEmpty());
		}
	}

	/** Registers a listener, and grants what the preflight says of it. */
	private static ListenerContainer granted(RedisServer redis, TestBroker broker, ListenerEndpoint endpoint) {
		ListenerContainer container = broker.listen(endpoint);
		String action = permissions(broker).get(0).action();
		assertThat(action).startsWith(GRANT);
		setUser(redis, action.substring(GRANT.length()));
		assertThat(permissions(broker)).isEmpty();
		redis.commands().aclLogReset();
		return container;
	}

	private static List<Finding> permissions(TestBroker broker) {
		return new Preflight(broker.directory(), broker.registry(), Stage.UNKNOWN).run(broker.directory().own())
			.join()
			.findings()
			.stream()
			.filter((finding) -> finding.subject() == Subject.PERMISSIONS)
			.toList();
	}

	private static TestBroker brokerOfUser(RedisDeployment redis) {
		RedisConfiguration configuration = TestBroker.configuration(redis);
		RedisConfiguration.WithAuthentication login = (RedisConfiguration.WithAuthentication) configuration;
		login.setUsername("shop");
		login.setPassword("secret");
		return new TestBroker(configuration, "user-test", WorkerExecutors.platformThreads(), BrokerEvents.NONE);
	}

	private static void setUser(RedisDeployment redis, String rights) {
		CommandArgs<String, String> args = new CommandArgs<>(StringCodec.UTF8).add("SETUSER").add("shop");
		List.of(rights.split(" ")).forEach(args::add);
		redis.nodes()
			.forEach((node) -> node.commands().dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), args));
	}

}
