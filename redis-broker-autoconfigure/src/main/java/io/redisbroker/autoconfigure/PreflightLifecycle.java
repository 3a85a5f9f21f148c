package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.redisbroker.client.Failures;
import io.redisbroker.client.directory.ConnectedRedis;
import io.redisbroker.engine.preflight.Finding;
import io.redisbroker.engine.preflight.Finding.Level;
import io.redisbroker.engine.preflight.Preflight;
import io.redisbroker.engine.preflight.PreflightReport;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.retry.Backoff;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;

/**
 * Runs the preflight when the application starts. In the mode {@code fail} the start of
 * the listeners waits for it; in the mode {@code warn} it runs after their start, without
 * delaying it, and is repeated until Redis answers.
 */
class PreflightLifecycle implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(PreflightLifecycle.class);

	private static final Backoff RETRY = new Backoff(Duration.ofSeconds(1), 2, Duration.ofMinutes(1), 0.1);

	/** Leaves the start of the application undisturbed. */
	private static final Duration AFTER_START = Duration.ofMillis(500);

	private final Preflight preflight;

	private final PreflightMode mode;

	/** Not the registry itself: the beans that a bean depends on start before it. */
	private final ObjectProvider<ListenerRegistry> registry;

	private final ScheduledExecutorService timer;

	private volatile @Nullable PreflightReport report;

	private volatile boolean running;

	PreflightLifecycle(Preflight preflight, PreflightMode mode, ObjectProvider<ListenerRegistry> registry,
			ScheduledExecutorService timer) {
		this.preflight = preflight;
		this.mode = mode;
		this.registry = registry;
		this.timer = timer;
	}

	/** Returns the findings, or {@code null} as long as Redis has not answered. */
	@Nullable PreflightReport report() {
		return this.report;
	}

	@Override
	public void start() {
		this.running = true;
		this.report = null;
		if (this.mode == PreflightMode.FAIL) {
			requireFitness();
		}
		else if (this.mode == PreflightMode.WARN && !this.registry.getObject().containers().isEmpty()) {
			this.timer.schedule(this::askAll, AFTER_START.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	private void askAll() {
		this.preflight.redises().forEach((redis) -> ask(redis, 1));
	}

	private void requireFitness() {
		PreflightReport result = this.preflight.redises()
			.stream()
			.map(this::ask)
			.reduce(PreflightReport::and)
			.orElseThrow();
		List<Finding> warnings = result.findings(Level.WARNING);
		if (!warnings.isEmpty()) {
			throw new BrokerConfigurationException(
					"redis-broker.preflight is 'fail', and Redis is not fit for messages: "
							+ warnings.stream().map(Finding::problem).collect(Collectors.joining("; ")),
					warnings.stream().map(Finding::action).collect(Collectors.joining("\n"))
							+ "\nOr set redis-broker.preflight to 'warn'.");
		}
		accept(result);
	}

	private PreflightReport ask(ConnectedRedis redis) {
		try {
			return this.preflight.run(redis).join();
		}
		catch (CompletionException ex) {
			throw new BrokerConfigurationException(
					"redis-broker.preflight is 'fail', and " + redis + " can't be asked: " + Failures.unwrap(ex),
					"See that Redis can be reached, or set redis-broker.preflight to 'warn'.");
		}
	}

	private void ask(ConnectedRedis redis, int attempt) {
		this.preflight.run(redis).whenComplete((result, failure) -> {
			if (failure == null) {
				accept(result);
			}
			else if (this.running) {
				logger.debug("{} can't be asked whether it is fit for messages, try {}", redis, attempt, failure);
				askAgain(redis, attempt);
			}
		});
	}

	private void askAgain(ConnectedRedis redis, int attempt) {
		try {
			this.timer.schedule(() -> ask(redis, attempt + 1), RETRY.delay(attempt).toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The application ends before {} could be asked", redis, ex);
		}
	}

	private synchronized void accept(PreflightReport result) {
		this.report = result.and(this.report);
		List<Finding> warnings = result.findings(Level.WARNING);
		if (!warnings.isEmpty()) {
			logger.warn("Redis is not fit for messages (redis-broker.preflight: 'fail' not to start then, 'off' not to "
					+ "ask):{}", lines(warnings));
		}
		List<Finding> notes = result.findings(Level.NOTE);
		if (!notes.isEmpty()) {
			logger.info("Notes on Redis:{}", lines(notes));
		}
	}

	private static String lines(List<Finding> findings) {
		return findings.stream().map((finding) -> "\n- " + finding).collect(Collectors.joining());
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		int listeners = this.registry.getObject().getPhase();
		return (this.mode == PreflightMode.FAIL) ? listeners - 1 : listeners + 1;
	}

}
