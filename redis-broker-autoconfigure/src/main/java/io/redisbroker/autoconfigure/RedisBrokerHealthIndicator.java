package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.redisbroker.engine.preflight.Finding;
import io.redisbroker.engine.preflight.Finding.Level;
import io.redisbroker.engine.preflight.PreflightReport;
import io.redisbroker.engine.stream.IdleGroup;
import io.redisbroker.engine.stream.StreamHousekeeping;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerProblem;
import io.redisbroker.listener.ListenerRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Down when a listener has given up, or when it could not read, reclaim, renew or settle
 * messages, or made no progress, for longer than a failover takes. The findings of the
 * preflight, and groups that keep entries and have no consumers, are told and are no
 * reason to be down.
 */
class RedisBrokerHealthIndicator extends AbstractHealthIndicator {

	/** Shorter ones are nothing that operators have to know of. */
	private static final Duration LONG_CALL = Duration.ofSeconds(10);

	private final ListenerRegistry registry;

	private final ListenerStates states;

	private final Duration downAfter;

	private final @Nullable PreflightLifecycle preflight;

	private final @Nullable StreamHousekeeping housekeeping;

	RedisBrokerHealthIndicator(ListenerRegistry registry, ListenerStates states, Duration downAfter,
			@Nullable PreflightLifecycle preflight, @Nullable StreamHousekeeping housekeeping) {
		super("The state of the listeners can't be told");
		this.registry = registry;
		this.states = states;
		this.downAfter = downAfter;
		this.preflight = preflight;
		this.housekeeping = housekeeping;
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
		if (this.housekeeping != null && !this.housekeeping.idleGroups().isEmpty()) {
			health.withDetail("idleGroups",
					this.housekeeping.idleGroups().stream().map(IdleGroup::description).toList());
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
		List<ListenerProblem> problems = listener.problems();
		if (!problems.isEmpty()) {
			if (problems.stream().anyMatch((problem) -> problem.since().compareTo(this.downAfter) >= 0)) {
				health.down();
			}
			details.put("problems", problems.stream().map(RedisBrokerHealthIndicator::text).toList());
		}
		Duration longestCall = listener.longestCall();
		if (longestCall != null && longestCall.compareTo(LONG_CALL) >= 0) {
			details.put("longestCall", longestCall.toSeconds() + "s");
		}
		details.put("sources", listener.endpoint().sources());
		String connectionFactory = listener.endpoint().settings().connectionFactory();
		if (connectionFactory != null) {
			details.put("connectionFactory", connectionFactory);
		}
		return details;
	}

	private static String text(ListenerProblem problem) {
		return "Can't " + problem.kind().activity() + " of " + problem.source() + " for " + problem.since().toSeconds()
				+ "s: " + problem.cause();
	}

	private static Map<String, Object> preflight(PreflightReport report) {
		return Map.of("servers", report.servers(), "warnings", texts(report.findings(Level.WARNING)), "notes",
				texts(report.findings(Level.NOTE)));
	}

	private static List<String> texts(List<Finding> findings) {
		return findings.stream().map(Finding::toString).toList();
	}

}
