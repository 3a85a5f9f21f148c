package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.redisbroker.admin.DeadLetterFilter;
import io.redisbroker.admin.DeadLetters;
import io.redisbroker.admin.Sources;
import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.client.directory.RedisDirectory;
import io.redisbroker.deadletter.DeadLetterSource;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.message.TransportType;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.retry.DoNotRetryException;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.stream.StreamRetention;
import io.redisbroker.test.RedisServer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.RedisClusterConnection;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisSentinelConnection;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Listeners that read another Redis than the broker's own. Both servers have the same
 * names of queues and streams.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class TwoRedisIntegrationTests {

	private static RedisServer own;

	private static RedisServer second;

	private final Received received = new Received();

	@BeforeAll
	static void start() {
		own = RedisServer.start();
		second = RedisServer.start();
	}

	@AfterAll
	static void stop() {
		own.close();
		second.close();
	}

	@BeforeEach
	void clear() {
		own.flushAll();
		second.flushAll();
	}

	@Test
	void anAnnotationNamesTheRedisOfItsListener() {
		application().withBean(Queues.class, () -> new Queues(this.received)).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.queue("orders").send("one");
			broker.on("messages").queue("orders").send("two");
			assertThat(this.received.await(2)).containsExactlyInAnyOrder(List.of("own", "one"),
					List.of("second", "two"));
			assertThat(connectionsTo(second)).isPositive();
		});
		Awaitility.await().untilAsserted(() -> assertThat(connectionsTo(second)).isZero());
	}

	@Test
	void streamsAndChannelsFollowTheirListeners() {
		application().withBean(StreamAndChannel.class, () -> new StreamAndChannel(this.received)).run((context) -> {
			RedisBroker other = context.getBean(RedisBroker.class).on("messages");
			other.stream("events").send("entry");
			other.channel("news").publish("flash");
			assertThat(this.received.await(2)).containsExactlyInAnyOrder("entry", "flash");
			assertThat(own.commands().keys("*")).isEmpty();
			assertThat(own.commands().pubsubChannels()).isEmpty();
			assertThat(second.commands().xinfoGroups("events")).hasSize(1);
		});
	}

	@Test
	void propertiesOfAListenerNameItsRedis() {
		application().withBean(Plain.class, () -> new Plain(this.received))
			.withPropertyValues("redis-broker.listeners.plain.connection-factory=messages")
			.run(this::assertReadsTheSecond);
	}

	@Test
	@EffectOf("redis-broker.listener.connection-factory")
	void aPropertyOfAllListenersNamesTheirRedis() {
		application().withBean(Plain.class, () -> new Plain(this.received))
			.withPropertyValues("redis-broker.listener.connection-factory=messages")
			.run(this::assertReadsTheSecond);
	}

	@Test
	void propertiesOfATransportNameTheRedisOfItsListeners() {
		application().withBean(Plain.class, () -> new Plain(this.received))
			.withPropertyValues("redis-broker.queue.listener.connection-factory=messages",
					"redis-broker.listener.connection-factory=redisConnectionFactory")
			.run(this::assertReadsTheSecond);
	}

	@Test
	void codeNamesTheRedisOfItsListener() {
		application().run((context) -> {
			ListenerContainer container = context.getBean(ListenerRegistry.class)
				.register(QueueEndpoint.builder("code")
					.queues("orders")
					.settings((settings) -> settings.connectionFactory("messages"))
					.handler(DeliveryHandler.of((delivery, acknowledgment) -> this.received.add(delivery.text()))));
			assertThat(container.endpoint().settings().connectionFactory()).isEqualTo("messages");
			assertReadsTheSecond(context);
		});
	}

	private void assertReadsTheSecond(ApplicationContext context) {
		second.commands().lpush("orders", "two");
		assertThat(this.received.await(1)).containsExactly("two");
		assertThat(own.commands().keys("*")).isEmpty();
	}

	@Test
	void theNameOfTheBrokersOwnConnectionFactoryMeansItsConnections() {
		application().run((context) -> {
			RedisDirectory directory = context.getBean(RedisDirectory.class);
			assertThat(directory.get("redisConnectionFactory")).isSameAs(directory.own());
			assertThat(directory.get("alias")).isSameAs(directory.get("messages"));
			RedisBroker broker = context.getBean(RedisBroker.class);
			assertThat(broker.on("redisConnectionFactory")).isSameAs(broker);
		});
		application().withPropertyValues("redis-broker.connection-factory=messages").run((context) -> {
			RedisDirectory directory = context.getBean(RedisDirectory.class);
			assertThat(directory.get("alias")).isSameAs(directory.own());
		});
	}

	@Test
	void deadLettersStayInTheRedisOfTheirListener() {
		application().withBean(Failing.class, () -> new Failing(this.received)).run((context) -> {
			second.commands().lpush("orders", "two", "three");
			this.received.await(2);
			DeadLetters all = context.getBean(DeadLetters.class);
			DeadLetters ofSecond = all.ofListener("second");
			Awaitility.await().untilAsserted(() -> assertThat(ofSecond.count("orders")).isEqualTo(2));
			assertThat(all.ofListener("own").count("orders")).isZero();
			assertThat(own.commands().exists("{orders}:dlq")).isZero();
			assertThatIllegalArgumentException().isThrownBy(() -> all.count("orders"))
				.withMessageContaining("Listeners keep the dead letters of 'orders' apart")
				.withMessageContaining("connectionFactory=messages");
			DeadLetterSource source = new DeadLetterSource("orders", TransportType.QUEUE, "{orders}:dlq", null, null,
					"messages");
			assertThat(all.sources()).hasSize(2).contains(source);
			DeadLetters chosen = all.of(source);
			assertThat(chosen.stored("orders")).isEqualTo(2);
			this.received.clear();
			String id = chosen.list("orders", DeadLetterFilter.ALL, null, 10).letters().get(0).id();
			assertThat(chosen.redrive("orders", id)).isTrue();
			assertThat(this.received.await(1)).containsExactly(List.of("second", "two"));
			Awaitility.await().untilAsserted(() -> assertThat(chosen.count("orders")).isEqualTo(2));
			assertThat(chosen.purge("orders")).isEqualTo(2);
			assertThat(second.commands().xlen("{orders}:dlq")).isZero();
		});
	}

	@Test
	void backlogGaugesAndHealthFollowTheListener() {
		application().withBean(Queues.class, () -> new Queues(this.received))
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withPropertyValues("redis-broker.preflight=off", "redis-broker.metrics.interval=1ms")
			.run((context) -> {
				ListenerRegistry registry = context.getBean(ListenerRegistry.class);
				ListenerContainer container = registry.container("second").orElseThrow();
				container.stop(Duration.ofSeconds(5)).join();
				RedisBroker broker = context.getBean(RedisBroker.class);
				broker.on("messages").queue("orders").sendAll(List.of("one", "two", "three"));
				Sources sources = context.getBean(Sources.class);
				assertThat(sources.backlog("second").join().get("orders").lag()).isEqualTo(3);
				assertThat(sources.ofListener("second").waiting("orders", null, 10).items()).hasSize(3);
				assertThat(sources.ofListener("own").waiting("orders", null, 10).items()).isEmpty();
				assertThatIllegalArgumentException().isThrownBy(() -> sources.waiting("orders", null, 10))
					.withMessageContaining("Sources.ofListener");
				assertThat(lag(context, "second")).isEqualTo(3);
				assertThat(lag(context, "own")).isZero();
				assertThat(sources.consumers("second").join().get("orders")).isEmpty();
				Map<?, ?> listeners = (Map<?, ?>) context.getBean(HealthIndicator.class)
					.health()
					.getDetails()
					.get("listeners");
				assertThat((Map<Object, Object>) listeners.get("second")).containsEntry("connectionFactory",
						"messages");
				assertThat((Map<Object, Object>) listeners.get("own")).doesNotContainKey("connectionFactory");
			});
	}

	private static double lag(ApplicationContext context, String listener) {
		return context.getBean(MeterRegistry.class)
			.get("redis.broker.source.lag")
			.tags("listener", listener, "source", "orders")
			.gauge()
			.value();
	}

	@Test
	void namesThatShareCompanionsAreRefusedInOneRedisOnly() {
		application().withBean(Companions.class, Companions::new).run((context) -> assertThat(context).hasNotFailed());
		application().withBean(Companions.class, Companions::new)
			.withPropertyValues("redis-broker.listeners.own.connection-factory=alias")
			.run((context) -> assertThat(failure(context)).contains("would share the keys"));
	}

	@Test
	void retentionFollowsTheReadersOfAStreamOrItsOwnConnectionFactory() {
		fill("events");
		fill("archive");
		application().withBean(StreamAndChannel.class, () -> new StreamAndChannel(this.received))
			.withPropertyValues("redis-broker.streams.events.retention.max-length=1",
					"redis-broker.streams.archive.retention.max-length=1",
					"redis-broker.streams.archive.retention.connection-factory=messages")
			.run((context) -> {
				Awaitility.await().untilAsserted(() -> {
					assertThat(second.commands().xlen("events")).isLessThan(1000);
					assertThat(second.commands().xlen("archive")).isLessThan(1000);
				});
				assertThat(own.commands().xlen("events")).isEqualTo(1000);
				assertThat(own.commands().xlen("archive")).isEqualTo(1000);
			});
		application()
			.withBean(StreamRetention.class,
					() -> StreamRetention.of("archive").withMaxLength(1).withConnectionFactory("mesages"))
			.run((context) -> assertThat(failure(context)).contains("The retention of stream 'archive'")
				.contains("Use one of"));
	}

	private static void fill(String stream) {
		for (RedisServer redis : List.of(own, second)) {
			for (int i = 0; i < 1000; i++) {
				redis.commands().xadd(stream, Map.of("payload", "x"));
			}
		}
	}

	@Test
	void preflightAsksTheRedisOfTheListeners() {
		second.commands().configSet("maxmemory-policy", "allkeys-lru");
		second.commands().configSet("maxmemory", "100mb");
		try {
			application().withBean(Queues.class, () -> new Queues(this.received))
				.withPropertyValues("redis-broker.preflight=fail", "redis-broker.stage=development")
				.run((context) -> assertThat(failure(context))
					.contains("Redis of 'messages': maxmemory-policy is allkeys-lru")
					.doesNotContain("; "));
			application().withBean(Plain.class, () -> new Plain(this.received))
				.withPropertyValues("redis-broker.preflight=fail", "redis-broker.stage=development")
				.run((context) -> assertThat(context).hasNotFailed());
		}
		finally {
			second.commands().configSet("maxmemory-policy", "noeviction");
			second.commands().configSet("maxmemory", "0");
		}
	}

	@Test
	void rightsAreCheckedInTheRedisOfTheListener() {
		second.commands()
			.dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8),
					new CommandArgs<>(StringCodec.UTF8).add("SETUSER")
						.add("reader")
						.add("on")
						.add(">secret")
						.add("~*")
						.add("&*")
						.add("+@all")
						.add("-hset"));
		ApplicationContextRunner restricted = application()
			.withPropertyValues("test.user=reader", "redis-broker.stage=development")
			.withBean(Queues.class, () -> new Queues(this.received));
		restricted.withPropertyValues("redis-broker.preflight=fail")
			.run((context) -> assertThat(failure(context))
				.contains("Redis of 'messages': The Redis user lacks rights that listeners need")
				.contains("ACL SETUSER reader"));
		restricted.withPropertyValues("redis-broker.preflight=off")
			.run((context) -> assertThat(failure(context))
				.contains("lacks rights without which 'orders' can't be consumed")
				.contains("ACL SETUSER reader"));
	}

	@Test
	void aNameWithoutABeanFailsTheStartAndNamesTheBeans() {
		application().withBean(Queues.class, () -> new Queues(this.received))
			.withPropertyValues("redis-broker.listeners.second.connection-factory=mesages")
			.run((context) -> assertThat(failure(context))
				.contains("Listener 'second': The connection factory 'mesages' is no RedisConnectionFactory "
						+ "bean of the application. Use one of ")
				.contains("messages")
				.contains("redisConnectionFactory")
				.contains("changed by redis-broker.listeners.second"));
	}

	@Test
	void aConnectionFactoryOfAnotherClientFailsTheStart() {
		application()
			.withBean("jedis", Foreign.class, Foreign::new,
					(definition) -> ((AbstractBeanDefinition) definition).setDefaultCandidate(false))
			.withBean(Plain.class, () -> new Plain(this.received))
			.withPropertyValues("redis-broker.listeners.plain.connection-factory=jedis")
			.run((context) -> assertThat(failure(context))
				.contains("redis-broker needs Lettuce, but the connection factory 'jedis' is a ")
				.contains("another one of jedis, "));
	}

	@Test
	void failFastNamesTheListenersOfARedisThatIsAway() {
		application().withBean(Queues.class, () -> new Queues(this.received))
			.withPropertyValues("test.port=1", "redis-broker.fail-fast=true")
			.run((context) -> assertThat(failure(context)).contains("These listeners read nothing: 'second' (orders)")
				.contains("the connection factory 'messages'"));
	}

	@Test
	void aRedisThatIsAwayDisturbsOnlyItsListeners() {
		application().withBean(Queues.class, () -> new Queues(this.received))
			.withPropertyValues("test.port=1")
			.run((context) -> {
				context.getBean(RedisBroker.class).queue("orders").send("one");
				assertThat(this.received.await(1)).containsExactly(List.of("own", "one"));
				assertThat(context.getBean(ListenerRegistry.class).container("second").orElseThrow().isConnected())
					.isFalse();
				assertThat(context.getBean(HealthIndicator.class).health().getStatus()).isIn(Status.UP, Status.DOWN);
			});
	}

	@Test
	void refusesAConnectionFactoryThatWouldNotEndWithTheApplication() {
		application()
			.withBean("each", LettuceConnectionFactory.class, () -> new LettuceConnectionFactory("localhost", 1),
					(definition) -> definition.setScope(BeanDefinition.SCOPE_PROTOTYPE))
			.run((context) -> assertThatExceptionOfType(BrokerConfigurationException.class)
				.isThrownBy(() -> context.getBean(RedisBroker.class).on("each"))
				.withMessageContaining("The connection factory 'each' is no singleton"));
	}

	@Test
	void theRetentionOfOneRedisConcernsNoListenerOfAnother() {
		application()
			.withBean(StreamRetention.class,
					() -> StreamRetention.of("orders").withAcknowledged(true).withConnectionFactory("messages"))
			.run((context) -> {
				ListenerRegistry registry = context.getBean(ListenerRegistry.class);
				registry.register(reader("own", null));
				assertThatExceptionOfType(BrokerConfigurationException.class)
					.isThrownBy(() -> registry.register(reader("other", "messages")))
					.withMessageContaining("reads stream 'orders' without a group");
			});
	}

	private static StreamEndpoint reader(String id, @Nullable String connectionFactory) {
		return StreamEndpoint.builder(id)
			.streams("orders")
			.settings((settings) -> settings.ackMode(AckMode.NONE).connectionFactory(connectionFactory))
			.handler(DeliveryHandler.of((delivery, acknowledgment) -> {
			}));
	}

	@Test
	void theLogNamesEachRedisThatIsAway(CapturedOutput output) {
		application().withBean(Queues.class, () -> new Queues(this.received))
			.withPropertyValues("test.port=1", "spring.data.redis.port=1")
			.run((context) -> await().untilAsserted(() -> assertThat(output.getOut().lines())
				.filteredOn((line) -> line.contains("Listeners wait for Redis"))
				.hasSize(2)
				.anyMatch((line) -> line.contains("Redis of 'messages': "))
				.noneMatch((line) -> line.contains("Redis of ''"))));
	}

	/** The text that the failure analyzer shows. */
	private static String failure(AssertableApplicationContext context) {
		FailureAnalysis analysis = new BrokerConfigurationFailureAnalyzer().analyze(context.getStartupFailure());
		assertThat(analysis).isNotNull();
		return analysis.getDescription() + " " + analysis.getAction();
	}

	private static long connectionsTo(RedisServer redis) {
		return redis.commands().clientList().lines().count() - 1;
	}

	private static ApplicationContextRunner application() {
		return TestApplication.runner(own)
			.withUserConfiguration(SecondRedis.class)
			.withPropertyValues("test.port=" + second.port());
	}

	@Configuration(proxyBeanMethods = false)
	static class SecondRedis {

		@Bean(name = { "messages", "alias" }, defaultCandidate = false)
		LettuceConnectionFactory messages(Environment environment) {
			RedisStandaloneConfiguration redis = new RedisStandaloneConfiguration("localhost",
					environment.getRequiredProperty("test.port", Integer.class));
			if (environment.containsProperty("test.user")) {
				redis.setUsername(environment.getRequiredProperty("test.user"));
				redis.setPassword("secret");
			}
			return new LettuceConnectionFactory(redis);
		}

	}

	record Queues(Received received) {

		@QueueListener(id = "own", queues = "orders")
		void own(String order) {
			this.received.add("own", order);
		}

		@QueueListener(id = "second", queues = "orders", connectionFactory = "${other:messages}")
		void second(String order) {
			this.received.add("second", order);
		}

	}

	record Failing(Received received) {

		@QueueListener(id = "own", queues = "orders")
		void own(String order) {
			this.received.add("own", order);
		}

		@QueueListener(id = "second", queues = "orders", connectionFactory = "messages")
		void second(String order) {
			this.received.add("second", order);
			throw new DoNotRetryException("never");
		}

	}

	record Plain(Received received) {

		@QueueListener(id = "plain", queues = "orders")
		void listen(String order) {
			this.received.add(order);
		}

	}

	record StreamAndChannel(Received received) {

		@StreamListener(id = "stream", streams = "events", group = "billing", connectionFactory = "messages")
		void stream(String entry) {
			this.received.add(entry);
		}

		@ChannelListener(id = "channel", channels = "news", connectionFactory = "messages")
		void channel(String message) {
			this.received.add(message);
		}

	}

	static class Companions {

		@QueueListener(id = "own", queues = "orders")
		void own(String order) {
		}

		@QueueListener(id = "second", queues = "{orders}", connectionFactory = "messages")
		void second(String order) {
		}

	}

	/** Of another client than Lettuce. */
	static class Foreign implements RedisConnectionFactory {

		@Override
		public boolean getConvertPipelineAndTxResults() {
			return true;
		}

		@Override
		public RedisConnection getConnection() {
			throw new UnsupportedOperationException();
		}

		@Override
		public RedisClusterConnection getClusterConnection() {
			throw new UnsupportedOperationException();
		}

		@Override
		public RedisSentinelConnection getSentinelConnection() {
			throw new UnsupportedOperationException();
		}

		@Override
		public DataAccessException translateExceptionIfPossible(RuntimeException ex) {
			return null;
		}

	}

}
