package io.redisbroker.autoconfigure;

import io.redisbroker.annotation.QueueListener;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The choice of the broker's Redis when an application has several.
 */
@WithRedis
@Timeout(120)
class ConnectionFactorySelectionIntegrationTests {

	/** A port without a server. */
	private static final int NO_REDIS = 1;

	private final Received received = new Received();

	private RedisServer redis;

	@BeforeEach
	void keep(RedisServer redis) {
		this.redis = redis;
	}

	@Test
	@EffectOf("redis-broker.connection-factory")
	void aPropertyNamesTheConnectionFactory() {
		two(true).withPropertyValues("redis-broker.connection-factory=messages").run((context) -> {
			assertThat(context).hasNotFailed();
			assertConsumes(context.getBean(RedisBroker.class));
		});
	}

	@Test
	void theApplicationsOwnConnectionsSayIt() {
		two(false)
			.withBean(RedisConnections.class,
					() -> RedisConnections.from(new LettuceConnectionFactory("localhost", this.redis.port())))
			.run((context) -> assertConsumes(context.getBean(RedisBroker.class)));
	}

	@Test
	void otherwiseThePrimaryConnectionFactoryIsMeant() {
		one().withBean("cache", RedisConnectionFactory.class, () -> factory(NO_REDIS))
			.withBean("messages", RedisConnectionFactory.class, () -> factory(this.redis.port()),
					(definition) -> definition.setPrimary(true))
			.run((context) -> assertConsumes(context.getBean(RedisBroker.class)));
	}

	@Test
	void springBootsOwnStaysBesideOneThatIsNoDefaultCandidate() {
		TestApplication.runner(this.redis)
			.withBean(Orders.class, () -> new Orders(this.received))
			.withUserConfiguration(Cache.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertConsumes(context.getBean(RedisBroker.class));
			});
		TestApplication.runner(this.redis)
			.withBean(Orders.class, () -> new Orders(this.received))
			.withUserConfiguration(Cache.class)
			.withPropertyValues("redis-broker.connection-factory=cache", "redis-broker.fail-fast=true")
			.run((context) -> assertThat(context).hasFailed());
	}

	@Configuration(proxyBeanMethods = false)
	static class Cache {

		@Bean(defaultCandidate = false)
		LettuceConnectionFactory cache() {
			return factory(NO_REDIS);
		}

	}

	@Test
	void saysWhatToDoWhereItIsNotClear() {
		two(false).run((context) -> assertFailure(context.getStartupFailure(),
				"The application has several connections to Redis (cache, messages), and none is the primary one",
				"Set redis-broker.connection-factory to the name of the RedisConnectionFactory bean"));
	}

	@Test
	void saysWhichNamesThereAre() {
		two(true).withPropertyValues("redis-broker.connection-factory=mesages")
			.run((context) -> assertFailure(context.getStartupFailure(),
					"redis-broker.connection-factory is 'mesages', but the application has no RedisConnectionFactory bean",
					"Set it to one of cache, messages."));
	}

	private static void assertFailure(Throwable failure, String problem, String action) {
		FailureAnalysis analysis = new BrokerConfigurationFailureAnalyzer().analyze(failure);
		assertThat(analysis).isNotNull();
		assertThat(analysis.getCause()).isInstanceOf(BrokerConfigurationException.class);
		assertThat(analysis.getDescription()).contains(problem);
		assertThat(analysis.getAction()).contains(action);
	}

	private void assertConsumes(RedisBroker broker) {
		broker.queue("orders").send("one");
		assertThat(this.received.await(1)).containsExactly("one");
	}

	private ApplicationContextRunner two(boolean primary) {
		return one()
			.withBean("cache", RedisConnectionFactory.class, () -> factory(NO_REDIS),
					(definition) -> definition.setPrimary(primary))
			.withBean("messages", RedisConnectionFactory.class, () -> factory(this.redis.port()));
	}

	private ApplicationContextRunner one() {
		return TestApplication.runner().withBean(Orders.class, () -> new Orders(this.received));
	}

	private static LettuceConnectionFactory factory(int port) {
		return new LettuceConnectionFactory("localhost", port);
	}

	static class Orders {

		private final Received received;

		Orders(Received received) {
			this.received = received;
		}

		@QueueListener(queues = "orders")
		void listen(String order) {
			this.received.add(order);
		}

	}

}
