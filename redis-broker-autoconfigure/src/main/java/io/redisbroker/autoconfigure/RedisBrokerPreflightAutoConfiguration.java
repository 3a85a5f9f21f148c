package io.redisbroker.autoconfigure;

import io.redisbroker.client.directory.RedisDirectory;
import io.redisbroker.engine.preflight.Preflight;
import io.redisbroker.engine.registry.DefaultListenerRegistry;
import io.redisbroker.engine.worker.ListenerRuntime;
import io.redisbroker.listener.ListenerRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;

/**
 * Auto-configuration of the checks at start: whether Redis is fit for messages, and
 * whether all configured properties exist.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = RedisBrokerAutoConfiguration.class)
@ConditionalOnBean({ RedisDirectory.class, ListenerRegistry.class, ListenerRuntime.class })
public final class RedisBrokerPreflightAutoConfiguration {

	@Bean
	static EarlyConnection redisBrokerEarlyConnection() {
		return new EarlyConnection();
	}

	@Bean
	UnknownProperties redisBrokerUnknownProperties(Environment environment, ResourceLoader resources) {
		return new UnknownProperties(environment, resources.getClassLoader());
	}

	@Bean
	@ConditionalOnMissingBean
	Preflight redisBrokerPreflight(RedisDirectory directory, DefaultListenerRegistry registry,
			RedisBrokerProperties properties, Environment environment) {
		return new Preflight(directory, registry, properties.requiredStage(environment));
	}

	@Bean
	@ConditionalOnMissingBean
	PreflightLifecycle redisBrokerPreflightLifecycle(Preflight preflight, RedisBrokerProperties properties,
			ObjectProvider<ListenerRegistry> registry, ListenerRuntime runtime) {
		return new PreflightLifecycle(preflight, properties.getPreflight(), registry, runtime.timer());
	}

}
