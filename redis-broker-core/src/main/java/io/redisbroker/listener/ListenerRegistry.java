package io.redisbroker.listener;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.redisbroker.client.IoThread;
import io.redisbroker.client.Keys;
import io.redisbroker.client.RedisErrorException;
import io.redisbroker.deadletter.DeadLetterSource;
import io.redisbroker.settlement.AckMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * All listeners of an application. Starts them after everything else and stops them
 * first, all at the same time. Thread-safe: listeners can be registered, started and
 * stopped at any time.
 *
 * @since 0.1.0
 */
public class ListenerRegistry implements SmartLifecycle {

	/**
	 * After the connection factory and the web server have started, and stopped before.
	 */
	private static final int PHASE = Integer.MAX_VALUE - 100;

	private static final Logger logger = LoggerFactory.getLogger(ListenerRegistry.class);

	private final Map<String, ListenerContainer> containers = new LinkedHashMap<>();

	private final List<Transport> transports;

	private final Duration shutdownTimeout;

	private final boolean failFast;

	private volatile boolean running;

	/**
	 * Creates an empty registry.
	 * @param transports the transports
	 * @param shutdownTimeout how long to wait for listeners that run when the application
	 * stops
	 */
	public ListenerRegistry(List<Transport> transports, Duration shutdownTimeout) {
		this(transports, shutdownTimeout, false);
	}

	/**
	 * Creates an empty registry.
	 * @param transports the transports
	 * @param shutdownTimeout how long to wait for listeners that run when the application
	 * stops
	 * @param failFast whether the start fails when a listener can't reach Redis; if not,
	 * it starts and the listener goes on trying
	 */
	public ListenerRegistry(List<Transport> transports, Duration shutdownTimeout, boolean failFast) {
		this.transports = List.copyOf(transports);
		this.shutdownTimeout = shutdownTimeout;
		this.failFast = failFast;
	}

	/**
	 * Registers a listener. It starts with the application, or at once where that has
	 * started already, if its settings say so.
	 * @param endpoint what to listen to, and what to call
	 * @return the listener's container
	 * @throws BrokerConfigurationException when the id is taken or the endpoint can't
	 * work
	 * @throws IllegalStateException when it should start at once and this is a thread
	 * that reads what Redis sends, for which it can't wait; nothing is registered then
	 */
	public ListenerContainer register(ListenerEndpoint endpoint) {
		ListenerContainer container = transport(endpoint)
			.orElseThrow(() -> new BrokerConfigurationException(
					"No transport for listener '" + endpoint.id() + "' of " + endpoint.getClass().getName(),
					"Use an endpoint of redis-broker."))
			.createContainer(endpoint);
		synchronized (this.containers) {
			checkCompanions(endpoint);
			if (this.containers.putIfAbsent(endpoint.id(), container) != null) {
				throw new BrokerConfigurationException("Two listeners have the id '" + endpoint.id() + "'",
						"Give one of them another id.");
			}
		}
		warnOfAttemptsThatNeverCome(endpoint);
		if (this.running && endpoint.settings().autoStartup()) {
			start(container);
		}
		return container;
	}

	/**
	 * Two names with the same companions would take each other's messages for their own.
	 */
	private void checkCompanions(ListenerEndpoint endpoint) {
		if (!hasCompanions(endpoint)) {
			return;
		}
		Stream.concat(Stream.of(endpoint), this.containers.values().stream().map(ListenerContainer::endpoint))
			.filter(ListenerRegistry::hasCompanions)
			.flatMap((other) -> other.sources().stream())
			.forEach((other) -> endpoint.sources().forEach((source) -> {
				if (Keys.shareCompanions(source, other)) {
					throw new BrokerConfigurationException(
							"Listener '" + endpoint.id() + "': '" + source + "' and '" + other
									+ "' would share the keys " + Keys.companion(source, "…"),
							"Give one of them another name.");
				}
			}));
	}

	private static boolean hasCompanions(ListenerEndpoint endpoint) {
		return !"channel".equals(endpoint.transport());
	}

	/** Who says nothing of attempts expects none that don't come. */
	private static void warnOfAttemptsThatNeverCome(ListenerEndpoint endpoint) {
		ListenerSettings settings = endpoint.settings();
		int attempts = settings.retry().maxAttempts();
		if (settings.ackMode() != AckMode.NONE && attempts > settings.maxDeliveries()
				&& attempts != ListenerSettings.DEFAULTS.retry().maxAttempts()) {
			logger.warn(
					"Listener '{}' has max-attempts {} and max-deliveries {}: a message becomes a dead letter after {} "
							+ "deliveries, whatever came of them, and never fails {} times. Set max-deliveries above "
							+ "max-attempts, or max-attempts to what you want",
					endpoint.id(), attempts, settings.maxDeliveries(), settings.maxDeliveries(), attempts);
		}
	}

	private Optional<Transport> transport(ListenerEndpoint endpoint) {
		return this.transports.stream().filter((transport) -> transport.supports(endpoint)).findFirst();
	}

	private void start(ListenerContainer container) {
		try {
			RedisErrorException.join(container::start);
		}
		catch (RuntimeException ex) {
			synchronized (this.containers) {
				this.containers.remove(container.endpoint().id());
			}
			throw ex;
		}
	}

	/**
	 * Finds a listener.
	 * @param id its id
	 * @return its container
	 */
	public Optional<ListenerContainer> container(String id) {
		synchronized (this.containers) {
			return Optional.ofNullable(this.containers.get(id));
		}
	}

	/**
	 * Returns all listeners.
	 * @return the containers, in the order in which they were registered
	 */
	public Collection<ListenerContainer> containers() {
		synchronized (this.containers) {
			return List.copyOf(this.containers.values());
		}
	}

	/**
	 * Returns the commands that the listeners send, so that it can be checked whether the
	 * user may.
	 * @return the commands, each once
	 */
	public List<RequiredCommand> requiredCommands() {
		return containers().stream()
			.map(ListenerContainer::endpoint)
			.flatMap((endpoint) -> transport(endpoint).stream()
				.flatMap((transport) -> transport.requiredCommands(endpoint).stream()))
			.distinct()
			.toList();
	}

	/**
	 * Asks Redis what is left to do for a listener, in one round trip per source, all at
	 * the same time.
	 * @param endpoint the listener
	 * @return the backlogs by source; without sources that keep nothing, as channels, or
	 * remember for nobody what is done, as streams without a group and circular queues
	 */
	public CompletableFuture<Map<String, Backlog>> backlog(ListenerEndpoint endpoint) {
		return transport(endpoint).map((transport) -> transport.backlog(endpoint))
			.orElseGet(() -> CompletableFuture.completedFuture(Map.of()));
	}

	/**
	 * Asks Redis who takes messages from a listener's sources, all instances together, in
	 * one round trip per source.
	 * @param endpoint the listener
	 * @return the consumers by source, of a queue only those that hold messages; without
	 * sources for which Redis knows none
	 */
	public CompletableFuture<Map<String, List<ConsumerState>>> consumers(ListenerEndpoint endpoint) {
		return transport(endpoint).map((transport) -> transport.consumers(endpoint))
			.orElseGet(() -> CompletableFuture.completedFuture(Map.of()));
	}

	/**
	 * Returns where the listeners' dead letters are.
	 * @return each source of each listener, with its group and its id
	 */
	public List<DeadLetterSource> deadLetterSources() {
		return containers().stream()
			.map(ListenerContainer::endpoint)
			.flatMap((endpoint) -> endpoint.sources()
				.stream()
				.map((source) -> new DeadLetterSource(source, endpoint.transport(),
						endpoint.settings().deadLettersOf(source), endpoint.group(), endpoint.id())))
			.toList();
	}

	@Override
	public void start() {
		IoThread.checkMayWait();
		this.running = true;
		List<CompletableFuture<Void>> starting = containers().stream()
			.filter((container) -> container.endpoint().settings().autoStartup())
			.map(ListenerContainer::start)
			.toList();
		try {
			starting.forEach((started) -> RedisErrorException.join(() -> started));
			if (this.failFast) {
				checkConnected();
			}
		}
		catch (RuntimeException ex) {
			stop();
			throw ex;
		}
	}

	private void checkConnected() {
		List<ListenerContainer> apart = containers().stream()
			.filter((container) -> container.isRunning() && !container.isConnected())
			.toList();
		if (!apart.isEmpty()) {
			String causes = apart.stream()
				.flatMap((container) -> container.problems().stream().map(ListenerProblem::cause))
				.distinct()
				.collect(Collectors.joining("; "));
			String listeners = apart.stream()
				.map((container) -> "'" + container.endpoint().id() + "' (" + String.join(", ", container.missing())
						+ ")")
				.collect(Collectors.joining(", "));
			throw new BrokerConfigurationException(
					"Redis can't be reached, or not all of it: " + causes + ". These listeners read nothing: "
							+ listeners,
					"Start Redis, check spring.data.redis.*, or set redis-broker.fail-fast to false to start without "
							+ "it.");
		}
	}

	@Override
	public void stop() {
		stopAll().join();
	}

	@Override
	public void stop(Runnable callback) {
		stopAll().whenComplete((nothing, failure) -> callback.run());
	}

	private CompletableFuture<Void> stopAll() {
		this.running = false;
		return CompletableFuture.allOf(containers().stream()
			.map((container) -> container.stop(this.shutdownTimeout))
			.toArray(CompletableFuture[]::new));
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
