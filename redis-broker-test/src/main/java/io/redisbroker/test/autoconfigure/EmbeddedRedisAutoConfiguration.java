package io.redisbroker.test.autoconfigure;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.redisbroker.test.RedisServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Auto-configuration of a Redis for development, which starts before the application
 * connects and ends after it. It is off unless {@code redis-broker.embedded.enabled} is
 * {@code true}. It backs off when a property such as {@code spring.data.redis.url} names
 * a Redis in a stronger place, such as an environment variable beside an
 * {@code application.yml}, and when a {@link DataRedisConnectionDetails} or
 * {@link RedisConnectionFactory} bean does.
 * <p>
 * The {@link RedisServer} is a bean: a test can have it injected, to kill it for example,
 * and an application can define its own, with options, which is then the one to connect
 * to.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = DataRedisAutoConfiguration.class)
@ConditionalOnClass({ DataRedisConnectionDetails.class, RedisConnectionFactory.class })
@Conditional(OnEmbeddedRedisCondition.class)
@ConditionalOnMissingBean({ DataRedisConnectionDetails.class, RedisConnectionFactory.class })
@EnableConfigurationProperties(EmbeddedRedisProperties.class)
public final class EmbeddedRedisAutoConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(EmbeddedRedisAutoConfiguration.class);

	private static final Pattern DATABASE = Pattern.compile("^rediss?://[^/]+/(\\d{1,5})(?:$|\\?)");

	@Bean
	@ConditionalOnMissingBean
	RedisServer embeddedRedisServer(EmbeddedRedisProperties properties, Environment environment) {
		RedisServer.Builder builder = RedisServer.builder().port(properties.getPort());
		if (properties.getRedis() != null) {
			builder.redis(properties.getRedis());
		}
		RedisServer server = builder.start();
		logger.info("An embedded Redis {} listens on {}:{}, to look into it: redis-cli -p {}",
				server.info("server").get("redis_version"), server.host(), server.port(), server.port());
		OnEmbeddedRedisCondition.location(environment)
			.ifPresent((location) -> logger.info("The embedded Redis is used in place of {}, since {} is true",
					location, OnEmbeddedRedisCondition.ENABLED));
		return server;
	}

	/**
	 * The connection factory depends on it, and it on the server, which is therefore
	 * destroyed last.
	 */
	@Bean
	RedisDeploymentConnectionDetails embeddedRedisConnectionDetails(RedisServer server, Environment environment) {
		return new RedisDeploymentConnectionDetails(server, database(environment));
	}

	@Bean
	static RedisUrlRemover embeddedRedisUrlRemover() {
		return new RedisUrlRemover();
	}

	/** As the application would use it elsewhere. */
	private static int database(Environment environment) {
		Matcher inUrl = DATABASE.matcher(environment.getProperty("spring.data.redis.url", ""));
		return inUrl.find() ? Integer.parseInt(inUrl.group(1))
				: environment.getProperty("spring.data.redis.database", Integer.class, 0);
	}

}
