package io.redisbroker.test.autoconfigure;

import io.redisbroker.test.RedisServer;
import org.jspecify.annotations.Nullable;
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
 * {@code true}, and backs off when a property such as {@code spring.data.redis.host} or a
 * {@link DataRedisConnectionDetails} or {@link RedisConnectionFactory} bean says where
 * Redis is.
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

	@Bean
	@ConditionalOnMissingBean
	RedisServer embeddedRedisServer(EmbeddedRedisProperties properties) {
		RedisServer.Builder builder = RedisServer.builder().port(properties.getPort());
		if (properties.getRedis() != null) {
			builder.redis(properties.getRedis());
		}
		RedisServer server = builder.start();
		logger.info("An embedded Redis {} listens on {}:{}, to look into it: redis-cli -p {}",
				server.info("server").get("redis_version"), server.host(), server.port(), server.port());
		return server;
	}

	@Bean
	EmbeddedRedisConnectionDetails embeddedRedisConnectionDetails(RedisServer server, Environment environment) {
		int database = environment.getProperty("spring.data.redis.database", Integer.class, 0);
		return new EmbeddedRedisConnectionDetails(server, database);
	}

	/**
	 * Where the embedded server is. The connection factory depends on it, and it on the
	 * server, which is therefore destroyed last.
	 */
	static final class EmbeddedRedisConnectionDetails implements DataRedisConnectionDetails {

		private final Standalone standalone;

		private final @Nullable String password;

		EmbeddedRedisConnectionDetails(RedisServer server, int database) {
			this.standalone = Standalone.of(server.host(), server.port(), database);
			this.password = server.springProperties().get("spring.data.redis.password");
		}

		@Override
		public Standalone getStandalone() {
			return this.standalone;
		}

		@Override
		public @Nullable String getPassword() {
			return this.password;
		}

	}

}
