package io.redisbroker.autoconfigure;

import io.redisbroker.deadletter.DeadLetters;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.stream.StreamHousekeeping;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of redis-broker's actuator endpoint.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = RedisBrokerEventsAutoConfiguration.class)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean({ ListenerRegistry.class, ListenerStates.class })
public final class RedisBrokerEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnAvailableEndpoint
	RedisBrokerEndpoint redisBrokerEndpoint(ListenerRegistry registry, ListenerStates states,
			LifecycleProperties lifecycle, DeadLetters deadLetters, ObjectProvider<StreamHousekeeping> housekeeping) {
		return new RedisBrokerEndpoint(registry, states, lifecycle.getTimeoutPerShutdownPhase(), deadLetters,
				housekeeping.getIfAvailable());
	}

	@Bean
	@ConditionalOnAvailableEndpoint(endpoint = RedisBrokerEndpoint.class)
	EndpointRequests redisBrokerEndpointRequests() {
		return new EndpointRequests();
	}

}
