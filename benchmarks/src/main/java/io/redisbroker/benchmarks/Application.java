package io.redisbroker.benchmarks;

import java.util.ArrayList;
import java.util.List;

import io.lettuce.core.RedisURI;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * The Spring Boot application in which a contestant runs.
 */
final class Application {

	/** Spring Boot without redis-broker, for the peers. */
	static final String WITHOUT_OURS = "spring.autoconfigure.exclude="
			+ "io.redisbroker.autoconfigure.RedisBrokerAutoConfiguration,"
			+ "io.redisbroker.autoconfigure.RedisBrokerPreflightAutoConfiguration";

	/**
	 * Connections of Lettuce from a pool, because each blocking command needs its own.
	 */
	static final String POOLED = "spring.data.redis.lettuce.pool.enabled=true";

	private Application() {
	}

	static ConfigurableApplicationContext start(RedisURI redis, Class<?> configuration, String... properties) {
		List<String> all = new ArrayList<>(List.of("spring.main.banner-mode=off", "spring.main.log-startup-info=false",
				"spring.data.redis.lettuce.pool.enabled=false", "spring.data.redis.host=" + redis.getHost(),
				"spring.data.redis.port=" + redis.getPort()));
		all.addAll(List.of(properties));
		return new SpringApplicationBuilder(Plain.class, configuration).web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.properties(all.toArray(String[]::new))
			.run();
	}

	/** The configuration that every Spring Boot application has. */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Plain {

	}

}
