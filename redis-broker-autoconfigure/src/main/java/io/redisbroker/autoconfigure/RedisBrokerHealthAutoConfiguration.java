package io.redisbroker.autoconfigure;

import java.time.Duration;

import io.redisbroker.engine.stream.StreamHousekeeping;
import io.redisbroker.listener.ListenerRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of redis-broker's health: down when a listener has given up, or
 * can't read for a while. An application's liveness does not depend on it.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = RedisBrokerAutoConfiguration.class)
@ConditionalOnClass(HealthIndicator.class)
@ConditionalOnBean(ListenerRegistry.class)
@ConditionalOnEnabledHealthIndicator("redis-broker")
public final class RedisBrokerHealthAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "redisBrokerHealthIndicator")
	HealthIndicator redisBrokerHealthIndicator(ListenerRegistry registry, ListenerStates states,
			RedisBrokerProperties properties, ObjectProvider<PreflightLifecycle> preflight,
			ObjectProvider<StreamHousekeeping> housekeeping) {
		return new RedisBrokerHealthIndicator(
				registry, states, RedisBrokerProperties.checked("health.down-after",
						properties.getHealth().getDownAfter(), Duration.ZERO),
				preflight.getIfAvailable(), housekeeping.getIfAvailable());
	}

}
