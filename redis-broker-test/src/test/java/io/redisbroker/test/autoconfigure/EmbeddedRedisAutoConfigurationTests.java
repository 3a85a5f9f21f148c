package io.redisbroker.test.autoconfigure;

import java.util.HashMap;
import java.util.Map;

import io.redisbroker.test.RedisServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EmbeddedRedisAutoConfiguration}, as far as it starts no server.
 */
@ExtendWith(OutputCaptureExtension.class)
class EmbeddedRedisAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(EmbeddedRedisAutoConfiguration.class, DataRedisAutoConfiguration.class));

	private final ApplicationContextRunner enabled = this.runner
		.withPropertyValues("redis-broker.embedded.enabled=true");

	@Test
	void isOffByDefault() {
		this.runner.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RedisServer.class));
	}

	@Test
	void isOffWhenDisabled(CapturedOutput output) {
		this.runner.withPropertyValues("redis-broker.embedded.enabled=false", "spring.data.redis.host=redis")
			.run((context) -> assertThat(context).doesNotHaveBean(RedisServer.class));
		assertThat(output).doesNotContain("No embedded Redis");
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.data.redis.url=redis://redis:6380", "spring.data.redis.host=redis",
			"spring.data.redis.port=6380", "spring.data.redis.sentinel.nodes=one:26379,two:26379",
			"spring.data.redis.cluster.nodes=one:6379,two:6379", "spring.data.redis.cluster.nodes[0]=one:6379",
			"spring.data.redis.masterreplica.nodes=one:6379,two:6379" })
	void backsOffWhenAPropertyInAStrongerPlaceSaysWhereRedisIs(String property, CapturedOutput output) {
		Map<String, Object> stronger = new HashMap<>(
				Map.of(property.substring(0, property.indexOf('=')), property.substring(property.indexOf('=') + 1)));
		if (property.contains("sentinel")) {
			stronger.put("spring.data.redis.sentinel.master", "main");
		}
		this.enabled
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("stronger", stronger)))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(RedisServer.class)
				.hasSingleBean(DataRedisConnectionDetails.class));
		assertThat(output).contains("No embedded Redis is started").contains("says where Redis is");
	}

	@ParameterizedTest
	@ValueSource(strings = { "SPRING_DATA_REDIS_HOST", "SPRING_DATA_REDIS_PORT", "SPRING_DATA_REDIS_CLUSTER_NODES",
			"SPRING_DATA_REDIS_CLUSTER_NODES_0" })
	void backsOffWhenAnEnvironmentVariableSaysWhereRedisIs(String variable) {
		String value = variable.contains("NODES") ? "one:6379" : "6380";
		this.enabled.withInitializer((context) -> addEnvironment(context, Map.of(variable, value)))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RedisServer.class));
	}

	private static void addEnvironment(ConfigurableApplicationContext context, Map<String, Object> variables) {
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource(
					"test-" + StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
	}

	@Test
	void backsOffForConnectionDetailsOfTheUser() {
		this.enabled.withUserConfiguration(OwnConnectionDetails.class)
			.run((context) -> assertThat(context).doesNotHaveBean(RedisServer.class)
				.hasSingleBean(DataRedisConnectionDetails.class));
	}

	@Test
	void backsOffForAConnectionFactoryOfTheUser() {
		this.enabled.withUserConfiguration(OwnConnectionFactory.class)
			.run((context) -> assertThat(context).doesNotHaveBean(RedisServer.class)
				.hasSingleBean(RedisConnectionFactory.class));
	}

	@Test
	void backsOffWithoutSpringBootsRedisSupport() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(EmbeddedRedisAutoConfiguration.class))
			.withPropertyValues("redis-broker.embedded.enabled=true")
			.withClassLoader(new FilteredClassLoader(DataRedisConnectionDetails.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RedisServer.class));
	}

	@Test
	void refusesAPortThatDoesNotExistByItsProperty() {
		this.enabled.withPropertyValues("redis-broker.embedded.port=70000").run((context) -> {
			assertThat(context).getFailure().rootCause().hasMessage("Port 70000 does not exist: use 0 to 65535");
			assertThat(context).getFailure()
				.hasStackTraceContaining("Failed to bind properties under 'redis-broker.embedded'")
				.hasStackTraceContaining("Unable to set value for property port");
		});
	}

	@Test
	void saysWhichFormsThereAreWhenItDoesNotKnowWhichRedisToRun() {
		this.enabled.withPropertyValues("redis-broker.embedded.redis=redis-server").run((context) -> {
			assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("'redis-server' does not say which Redis to run")
				.hasMessageContaining("path:")
				.hasMessageContaining("docker:");
			FailureAnalysis analysis = new EmbeddedRedisFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis).isNotNull();
			assertThat(analysis.getDescription()).contains("'redis-server' does not say");
			assertThat(analysis.getAction()).contains("redis-broker.embedded.redis").contains("spring.data.redis.host");
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnConnectionDetails {

		@Bean
		DataRedisConnectionDetails own() {
			return new DataRedisConnectionDetails() {

				@Override
				public Standalone getStandalone() {
					return Standalone.of("redis", 6379);
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnConnectionFactory {

		@Bean
		LettuceConnectionFactory own() {
			return new LettuceConnectionFactory("redis", 6379);
		}

	}

}
