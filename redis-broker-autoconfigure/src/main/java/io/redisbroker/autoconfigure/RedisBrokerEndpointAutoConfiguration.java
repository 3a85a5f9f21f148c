package io.redisbroker.autoconfigure;

import io.redisbroker.admin.DeadLetters;
import io.redisbroker.admin.Sources;
import io.redisbroker.engine.stream.StreamHousekeeping;
import io.redisbroker.listener.ListenerRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of redis-broker's actuator endpoint.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = RedisBrokerEventsAutoConfiguration.class)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean({ ListenerRegistry.class, ListenerStates.class })
@EnableConfigurationProperties(RedisBrokerEndpointProperties.class)
public final class RedisBrokerEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnAvailableEndpoint
	RedisBrokerEndpoint redisBrokerEndpoint(ListenerRegistry registry, ListenerStates states,
			LifecycleProperties lifecycle, DeadLetters deadLetters, Sources sources, EndpointSanitizer sanitizer,
			ObjectProvider<StreamHousekeeping> housekeeping, RedisBrokerEndpointProperties properties) {
		EndpointValues values = new EndpointValues(sanitizer);
		return new RedisBrokerEndpoint(registry,
				new ListenerDescriptions(states, sources, housekeeping.getIfAvailable()),
				lifecycle.getTimeoutPerShutdownPhase(), new EndpointDeadLetters(registry, deadLetters, values),
				new EndpointInside(registry, sources, values), properties.getShowValues());
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(RedisBrokerEndpoint.class)
	@ConditionalOnAvailableEndpoint(exposure = EndpointExposure.WEB)
	RedisBrokerEndpointWebExtension redisBrokerEndpointWebExtension(RedisBrokerEndpoint endpoint,
			RedisBrokerEndpointProperties properties) {
		return new RedisBrokerEndpointWebExtension(endpoint, properties.getShowValues(), properties.getRoles());
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnAvailableEndpoint(endpoint = RedisBrokerEndpoint.class)
	EndpointSanitizer redisBrokerEndpointSanitizer(ObjectProvider<SanitizingFunction> functions) {
		return new DefaultEndpointSanitizer(functions.orderedStream().toList());
	}

	@Bean
	@ConditionalOnAvailableEndpoint(endpoint = RedisBrokerEndpoint.class)
	EndpointRequests redisBrokerEndpointRequests() {
		return new EndpointRequests();
	}

}
