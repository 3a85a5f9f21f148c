package io.redisbroker.autoconfigure;

import java.time.Duration;

import io.micrometer.core.instrument.MeterRegistry;
import io.redisbroker.admin.Sources;
import io.redisbroker.listener.ListenerRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of redis-broker's meters.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = RedisBrokerAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
@EnableConfigurationProperties(RedisBrokerProperties.class)
public final class RedisBrokerMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "redisBrokerMeteredEvents")
	MeteredBrokerEvents redisBrokerMeteredEvents(MeterRegistry meters) {
		return new MeteredBrokerEvents(meters);
	}

	@Bean
	@ConditionalOnMissingBean(name = "redisBrokerSourceGauges")
	SourceGauges redisBrokerSourceGauges(MeterRegistry meters, ObjectProvider<ListenerRegistry> registry,
			ObjectProvider<Sources> sources, RedisBrokerProperties properties) {
		return new SourceGauges(meters, registry, sources, RedisBrokerProperties.checked("metrics.interval",
				properties.getMetrics().getInterval(), Duration.ZERO));
	}

}
