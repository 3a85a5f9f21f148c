package io.redisbroker.autoconfigure;

import java.util.Map;

import io.redisbroker.test.RedisDeployment;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;

/**
 * An application with the starter, and without beans of its own.
 */
final class TestApplication {

	private TestApplication() {
	}

	/** Without a Redis: nothing connects as long as nothing listens or sends. */
	static ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RedisBrokerAutoConfiguration.class,
					RedisBrokerHealthAutoConfiguration.class, RedisBrokerMetricsAutoConfiguration.class,
					RedisBrokerPreflightAutoConfiguration.class, RedisBrokerEventsAutoConfiguration.class,
					DataRedisAutoConfiguration.class, JacksonAutoConfiguration.class, ValidationAutoConfiguration.class,
					PropertyPlaceholderAutoConfiguration.class, LifecycleAutoConfiguration.class));
	}

	static ApplicationContextRunner runner(RedisDeployment redis) {
		return runner().withPropertyValues(pairs(redis.springProperties()));
	}

	static String[] pairs(Map<String, String> properties) {
		return properties.entrySet()
			.stream()
			// otherwise it would override the user name and password of the test
			.filter((property) -> !property.getKey().equals("spring.data.redis.url"))
			.map((property) -> property.getKey() + "=" + property.getValue())
			.toArray(String[]::new);
	}

}
