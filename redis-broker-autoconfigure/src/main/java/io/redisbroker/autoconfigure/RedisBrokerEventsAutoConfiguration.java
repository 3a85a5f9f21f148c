package io.redisbroker.autoconfigure;

import io.redisbroker.event.ListenerEvent;
import io.redisbroker.listener.ListenerRegistry;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the receivers of engine events: {@link ListenerEvent}s for the
 * application, and the state of listeners for its health.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = RedisBrokerAutoConfiguration.class, before = RedisBrokerHealthAutoConfiguration.class)
@ConditionalOnBean(ListenerRegistry.class)
public final class RedisBrokerEventsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "redisBrokerApplicationEvents")
	ApplicationEventsBridge redisBrokerApplicationEvents(ApplicationEventPublisher publisher) {
		return new ApplicationEventsBridge(publisher);
	}

	@Bean
	@ConditionalOnMissingBean
	ListenerStates redisBrokerListenerStates() {
		return new ListenerStates();
	}

}
