package io.redisbroker.autoconfigure;

import io.redisbroker.client.RedisConnections;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.listener.ListenerRuntime;
import io.redisbroker.preflight.Preflight;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the preflight: whether Redis is fit for messages, asked at start.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = RedisBrokerAutoConfiguration.class)
@ConditionalOnBean({ RedisConnections.class, ListenerRegistry.class, ListenerRuntime.class })
public final class RedisBrokerPreflightAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	Preflight redisBrokerPreflight(RedisConnections connections, ListenerRegistry registry) {
		return new Preflight(connections, registry);
	}

	@Bean
	@ConditionalOnMissingBean
	PreflightLifecycle redisBrokerPreflightLifecycle(Preflight preflight, RedisBrokerProperties properties,
			ObjectProvider<ListenerRegistry> registry, ListenerRuntime runtime) {
		return new PreflightLifecycle(preflight, properties.getPreflight(), registry, runtime.timer());
	}

}
