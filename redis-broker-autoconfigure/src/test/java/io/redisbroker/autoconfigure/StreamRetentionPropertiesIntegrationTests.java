package io.redisbroker.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import io.lettuce.core.XAddArgs;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.engine.registry.DefaultListenerRegistry;
import io.redisbroker.engine.stream.IdleGroup;
import io.redisbroker.engine.stream.StreamRetentions;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.AckMode;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.stream.StreamRetention;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

/**
 * The effects of the properties {@code redis-broker.streams.*}.
 */
@WithRedis
class StreamRetentionPropertiesIntegrationTests {

	private RedisServer redis;

	private ApplicationContextRunner runner;

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.redis = redis;
		this.runner = TestApplication.runner(redis).withPropertyValues("redis-broker.preflight=off");
	}

	@Test
	@EffectOf("redis-broker.streams")
	void entriesThatEveryGroupHasAcknowledgedGo() {
		this.runner
			.withPropertyValues("redis-broker.key-prefix=shop:",
					"redis-broker.streams.orders.retention.acknowledged=true")
			.withBean(Billing.class)
			.withBean(Shipping.class)
			.run((context) -> {
				context.getBean(RedisBroker.class).stream("orders").sendAll(List.of("one", "two", "three"));
				assertThat(context.getBean(Billing.class).received.await(3)).containsExactly("one", "two", "three");
				assertThat(context.getBean(Shipping.class).received.await(3)).containsExactly("one", "two", "three");
				await().untilAsserted(() -> assertThat(this.redis.commands().xlen("shop:orders")).isZero());
			});
	}

	@Test
	void yamlNamesStreamsOfAnyName() {
		this.runner.withInitializer((context) -> context.getEnvironment().getPropertySources().addFirst(yaml("""
				redis-broker:
				  key-prefix: "shop:"
				  streams:
				    orders:
				      retention:
				        max-length: 1000000
				        max-age: 7d
				        acknowledged: true
				        idle-group-after: 2h
				    "[orders.eu:returns]":
				      retention:
				        max-length: 10
				    "[{orders}:dlq]":
				      retention:
				        max-age: 30d
				""")))
			.run((context) -> assertThat(context.getBean(StreamRetentions.class).all()).containsExactly(
					new StreamRetention("shop:orders", 1_000_000, Duration.ofDays(7), true, Duration.ofHours(2), null),
					StreamRetention.of("shop:orders.eu:returns").withMaxLength(10),
					StreamRetention.of("shop:{orders}:dlq").withMaxAge(Duration.ofDays(30))));
	}

	@Test
	void propertiesAreStrongerThanABean() {
		this.runner
			.withBean("orders", StreamRetention.class,
					() -> StreamRetention.of("orders").withMaxLength(10).withAcknowledged(true))
			.withBean("refunds", StreamRetention.class, () -> StreamRetention.of("refunds").withMaxLength(5))
			.withPropertyValues("redis-broker.streams.orders.retention.max-length=20")
			.run((context) -> assertThat(context.getBean(StreamRetentions.class).all()).containsExactlyInAnyOrder(
					StreamRetention.of("orders").withMaxLength(20).withAcknowledged(true),
					StreamRetention.of("refunds").withMaxLength(5)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "redis-broker.streams.orders.retention.max-lenght",
			"redis-broker.streams.orders.max-length", "redis-broker.streams.orders.eu.retention.max-length",
			"redis-broker.streams.orders:eu.retention.max-length" })
	void aPropertyThatDoesNotExistFailsTheStart(String property) {
		// with a space, so that colons may be in the name
		this.runner
			.withInitializer(
					(context) -> context.getEnvironment().getPropertySources().addFirst(yaml(property + ": 10")))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(BrokerConfigurationException.class)
				.hasMessageContaining(property));
	}

	@Test
	void aValueThatMakesNoSenseFailsTheStart() {
		this.runner.withPropertyValues("redis-broker.streams.[orders.eu].retention.max-length=-1")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(BrokerConfigurationException.class)
				.hasMessageContaining("redis-broker.streams.[orders.eu].retention"));
	}

	@Test
	void aListenerWithoutGroupOnSuchAStreamFailsTheStart() {
		this.runner.withPropertyValues("redis-broker.streams.orders.retention.acknowledged=true")
			.withBean(Everyone.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(BrokerConfigurationException.class)
				.hasMessageContaining("without a group"));
	}

	@Test
	void healthAndEndpointTellOfIdleGroups() {
		this.redis.commands()
			.xgroupCreate(StreamOffset.from("orders", "0"), "forgotten", XGroupCreateArgs.Builder.mkstream());
		this.redis.commands().xadd("orders", new XAddArgs().id("1-1"), "payload", "x");
		IdleGroup forgotten = new IdleGroup("orders", "forgotten", false, 0, null, 0, 1L);
		this.runner.withConfiguration(AutoConfigurations.of(RedisBrokerEndpointAutoConfiguration.class))
			.withPropertyValues("redis-broker.streams.orders.retention.acknowledged=true",
					"management.endpoints.web.exposure.include=redisbroker")
			.run((context) -> {
				RedisBrokerEndpoint endpoint = context.getBean(RedisBrokerEndpoint.class);
				await().untilAsserted(() -> assertThat(endpoint.listeners().streams())
					.containsExactly(entry("orders", new RedisBrokerEndpoint.RetainedStream(
							StreamRetention.of("orders").withAcknowledged(true), List.of(forgotten)))));
				Health health = context.getBean(HealthIndicator.class).health();
				assertThat(health.getStatus()).isEqualTo(Status.UP);
				assertThat(health.getDetails()).containsEntry("idleGroups", List.of(forgotten.description()));
			});
	}

	@Test
	void thePreflightAsksForTheRightsThatItTakes() {
		this.runner.withPropertyValues("redis-broker.streams.orders.retention.max-length=10")
			.withBean(Billing.class)
			.run((context) -> assertThat(context.getBean(DefaultListenerRegistry.class).requiredCommands().get(""))
				.anySatisfy((command) -> assertThat(command.words()).startsWith("XTRIM", "orders")));
		this.runner.withBean(Billing.class)
			.run((context) -> assertThat(context.getBean(DefaultListenerRegistry.class).requiredCommands().get(""))
				.noneSatisfy((command) -> assertThat(command.words()).startsWith("XTRIM", "orders")));
	}

	@Test
	void nothingConnectsWhereNothingIsRemoved() {
		TestApplication.runner()
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(RedisConnections.class));
	}

	private static PropertySource<?> yaml(String text) {
		try {
			return new YamlPropertySourceLoader()
				.load("application.yml", new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8)))
				.get(0);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static class Billing {

		final Received received = new Received();

		@StreamListener(streams = "orders", group = "billing")
		void on(String order) {
			this.received.add(order);
		}

	}

	static class Shipping {

		final Received received = new Received();

		@StreamListener(streams = "orders", group = "shipping")
		void on(String order) {
			this.received.add(order);
		}

	}

	static class Everyone {

		@StreamListener(streams = "orders", ackMode = AckMode.NONE)
		void on(String order) {
		}

	}

}
