package io.redisbroker.autoconfigure;

import java.util.Collection;
import java.util.List;
import java.util.Map;

import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.preflight.Finding;
import io.redisbroker.preflight.Finding.Level;
import io.redisbroker.preflight.PreflightReport;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of redis-broker's health: down while a listener can't read.
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
	HealthIndicator redisBrokerHealthIndicator(ListenerRegistry registry,
			ObjectProvider<PreflightLifecycle> preflight) {
		return new RedisBrokerHealthIndicator(registry, preflight.getIfAvailable());
	}

	private static final class RedisBrokerHealthIndicator extends AbstractHealthIndicator {

		private final ListenerRegistry registry;

		private final @Nullable PreflightLifecycle preflight;

		RedisBrokerHealthIndicator(ListenerRegistry registry, @Nullable PreflightLifecycle preflight) {
			super("The state of the listeners can't be told");
			this.registry = registry;
			this.preflight = preflight;
		}

		@Override
		protected void doHealthCheck(Health.Builder health) {
			health.up();
			for (ListenerContainer listener : this.registry.containers()) {
				boolean disconnected = listener.isRunning() && !listener.isConnected();
				String state = listener.isRunning() ? "listening" : "stopped";
				health.withDetail(listener.endpoint().id(), disconnected ? disconnected(listener.missing()) : state);
				if (disconnected) {
					health.down();
				}
			}
			PreflightReport report = (this.preflight != null) ? this.preflight.report() : null;
			if (report != null) {
				health.withDetail("preflight", Map.of("servers", report.servers(), "warnings",
						texts(report.findings(Level.WARNING)), "notes", texts(report.findings(Level.NOTE))));
			}
		}

		private static List<String> texts(List<Finding> findings) {
			return findings.stream().map(Finding::toString).toList();
		}

		private static String disconnected(Collection<String> missing) {
			return "disconnected" + (missing.isEmpty() ? "" : ": " + String.join(", ", missing));
		}

	}

}
