package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.preflight.Finding;
import io.redisbroker.preflight.Finding.Level;
import io.redisbroker.preflight.PreflightReport;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Down when a listener has given up, or has been without Redis for longer than a failover
 * takes. What the preflight found is told, and is no reason to be down.
 */
class RedisBrokerHealthIndicator extends AbstractHealthIndicator {

	/** Shorter ones are nothing that operators have to know of. */
	private static final Duration LONG_CALL = Duration.ofSeconds(10);

	private final ListenerRegistry registry;

	private final ListenerStates states;

	private final Duration downAfter;

	private final @Nullable PreflightLifecycle preflight;

	RedisBrokerHealthIndicator(ListenerRegistry registry, ListenerStates states, Duration downAfter,
			@Nullable PreflightLifecycle preflight) {
		super("The state of the listeners can't be told");
		this.registry = registry;
		this.states = states;
		this.downAfter = downAfter;
		this.preflight = preflight;
	}

	@Override
	protected void doHealthCheck(Health.Builder health) {
		health.up();
		Map<String, Object> listeners = new LinkedHashMap<>();
		for (ListenerContainer listener : this.registry.containers()) {
			listeners.put(listener.endpoint().id(), listener(listener, health));
		}
		health.withDetail("listeners", listeners);
		PreflightReport report = (this.preflight != null) ? this.preflight.report() : null;
		if (report != null) {
			health.withDetail("preflight", preflight(report));
		}
	}

	private Map<String, Object> listener(ListenerContainer listener, Health.Builder health) {
		Map<String, Object> details = new LinkedHashMap<>();
		String id = listener.endpoint().id();
		String state = this.states.stateOf(listener);
		details.put("state", state);
		Throwable failure = this.states.failure(id);
		if (failure != null) {
			health.down();
			details.put("reason", String.valueOf(failure.getMessage()));
		}
		else if (state.equals(ListenerStates.DISCONNECTED)) {
			Duration duration = this.states.disconnectedFor(id);
			if (duration.compareTo(this.downAfter) >= 0) {
				health.down();
			}
			details.put("for", duration.toSeconds() + "s");
			details.put("missing", listener.missing());
		}
		Duration longestCall = listener.longestCall();
		if (longestCall != null && longestCall.compareTo(LONG_CALL) >= 0) {
			details.put("longestCall", longestCall.toSeconds() + "s");
		}
		details.put("sources", listener.endpoint().sources());
		return details;
	}

	private static Map<String, Object> preflight(PreflightReport report) {
		return Map.of("servers", report.servers(), "warnings", texts(report.findings(Level.WARNING)), "notes",
				texts(report.findings(Level.NOTE)));
	}

	private static List<String> texts(List<Finding> findings) {
		return findings.stream().map(Finding::toString).toList();
	}

}
