package io.redisbroker.autoconfigure;

import java.beans.PropertyDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

import io.redisbroker.test.autoconfigure.EmbeddedRedisProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link UnknownProperties}, through the start of an application.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnknownPropertiesTests {

	private final ApplicationContextRunner runner = TestApplication.runner();

	@ParameterizedTest
	@CsvSource({ "listener.max-attemps, listener.max-attempts", "listner.concurrency, listener.concurrency",
			"keyprefx, key-prefix", "stream.listener.backoff.inital, stream.listener.backoff.initial",
			"chanel.buffer-size, channel.buffer-size", "embedded.enable, embedded.enabled",
			"preflight-of-the-engine, ''", "fast-fail, ''" })
	void namesThoseThatDoNotExistAndTheNearest(String unknown, String nearest, CapturedOutput output) {
		this.runner.withPropertyValues("redis-broker." + unknown + "=1")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsOnlyOnce("These properties do not exist and have no effect:")
			.contains("- redis-broker." + unknown
					+ (nearest.isEmpty() ? "\n" : ": did you mean redis-broker." + nearest + "?"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "redis-broker.listener.max-attempts=3", "redis-broker.listener.maxAttempts=3",
			"redis-broker.listener.backoff.delays[0]=1s", "redis-broker.listener.exceptions.drop=java.io.IOException",
			"redis-broker.embedded.enabled=false", "redis-broker.streams.orders.retention.max-length=3",
			"redis-broker.health.down-after=3s", "redis-broker.channel.listener.dead-letter-retention.maxage=3s",
			"redis-broker.test.redis=binary", "redis-brokers.unrelated=1" })
	void saysNothingOfThoseThatExist(String property, CapturedOutput output) {
		this.runner.withPropertyValues(property).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain("WARN");
	}

	@Test
	void knowsThePropertiesOfTheEmbeddedRedis() {
		assertThat(Arrays.stream(BeanUtils.getPropertyDescriptors(EmbeddedRedisProperties.class))
			.map(PropertyDescriptor::getName)
			.filter((name) -> !name.equals("class"))
			.map((name) -> "embedded." + name))
			.containsExactlyInAnyOrderElementsOf(UnknownProperties.OF_EMBEDDED_REDIS);
	}

	@Test
	void saysThatTheEmbeddedRedisIsNotThere(CapturedOutput output) {
		this.runner.withClassLoader(new FilteredClassLoader("io.redisbroker.test"))
			.withPropertyValues("redis-broker.embedded.enabled=true")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("redis-broker-test is not on the class path");
	}

	@Test
	void refusesDelaysWithoutBracketsInYaml() {
		this.runner.withInitializer(yaml("redis-broker: { listener: { backoff: { delays: 1s, 10s, 1m } } }"))
			.run((context) -> {
				FailureAnalysis analysis = new BrokerConfigurationFailureAnalyzer()
					.analyze(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains("redis-broker.listener.backoff.delays is not a list",
						"'10s' stands beside it");
				assertThat(analysis.getAction()).contains("[ 1s, 10s, 1m ]");
			});
		this.runner.withInitializer(yaml("redis-broker: { queue.listener.backoff: { delays: [ 1s, 10s, 1m ] } }"))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	private static ApplicationContextInitializer<ConfigurableApplicationContext> yaml(String text) {
		return (context) -> {
			try {
				for (PropertySource<?> source : new YamlPropertySourceLoader().load("test",
						new ByteArrayResource(text.getBytes()))) {
					context.getEnvironment().getPropertySources().addFirst(source);
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		};
	}

}
