package io.redisbroker.engine.registry;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

import io.redisbroker.client.Failures;
import io.redisbroker.client.IoThread;
import io.redisbroker.client.directory.ConnectionFactories;
import io.redisbroker.client.directory.RedisDirectory;
import io.redisbroker.deadletter.DeadLetterSource;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerProblem;
import io.redisbroker.listener.ListenerRegistry;
import org.springframework.beans.factory.DisposableBean;

/**
 * Keeps the containers that its transports create.
 */
public class DefaultListenerRegistry implements ListenerRegistry, DisposableBean {

	/**
	 * After the connection factory and the web server have started, and stopped before.
	 */
	private static final int PHASE = Integer.MAX_VALUE - 100;

	private final Map<String, Registration> registrations = new LinkedHashMap<>();

	/** Endpoints that have been configured, so that this does not happen twice. */
	private final Set<ListenerEndpoint> configured = Collections.newSetFromMap(new WeakHashMap<>());

	private final Transports transports;

	private final Duration shutdownTimeout;

	private final boolean failFast;

	private volatile boolean running;

	/**
	 * Creates an empty registry of an application with one Redis.
	 * @param transports the transports
	 * @param shutdownTimeout the time that listeners which run have to end when the
	 * application stops
	 */
	public DefaultListenerRegistry(List<Transport> transports, Duration shutdownTimeout) {
		this(new Transports(transports, (name) -> {
			throw ConnectionFactories.unknown(name);
		}), shutdownTimeout, false);
	}

	/**
	 * Creates an empty registry.
	 * @param transports the transports of the broker's own Redis
	 * @param directory every Redis that listeners may name
	 * @param shutdownTimeout the time that listeners which run have to end when the
	 * application stops
	 * @param failFast whether the start fails when a listener can't reach Redis; if not,
	 * the application starts and the listener goes on trying
	 */
	public DefaultListenerRegistry(List<Transport> transports, RedisDirectory directory, Duration shutdownTimeout,
			boolean failFast) {
		this(new Transports(transports, directory::get), shutdownTimeout, failFast);
	}

	private DefaultListenerRegistry(Transports transports, Duration shutdownTimeout, boolean failFast) {
		this.transports = transports;
		this.shutdownTimeout = shutdownTimeout;
		this.failFast = failFast;
	}

	@Override
	public ListenerContainer register(ListenerEndpoint endpoint) {
		ListenerContainer container = add(endpoint);
		startIfDue(container);
		return container;
	}

	/**
	 * Registers a listener and leaves it to the caller to start it where the application
	 * has started already: see {@link #startIfDue}.
	 * @param endpoint the sources, without the prefix of all keys, and the handler
	 * @return the listener's container
	 * @throws BrokerConfigurationException when the id is taken or the endpoint can't
	 * work
	 */
	public ListenerContainer add(ListenerEndpoint endpoint) {
		Transport kind = this.transports.ofKind(endpoint)
			.orElseThrow(() -> new BrokerConfigurationException(
					"No transport for listener '" + endpoint.id() + "' of " + endpoint.getClass().getName(),
					"Use an endpoint of redis-broker."));
		ListenerEndpoint complete = configure(endpoint, kind);
		String redis = this.transports.nameOf(complete);
		ListenerContainer container = this.transports.of(complete).orElse(kind).createContainer(complete);
		synchronized (this.registrations) {
			RegistrationChecks.checkCompanions(complete,
					this.registrations.values()
						.stream()
						.map((each) -> each.container().endpoint())
						.filter((other) -> Objects.equals(redis, this.transports.nameOf(other))));
			Registration other = this.registrations.get(complete.id());
			if (other != null) {
				throw new BrokerConfigurationException("Two listeners have the id '" + complete.id() + "'",
						other.isLeaving()
								? "Wait until the first is unregistered: unregister returns a future that tells."
								: "Give one of them another id. Where beans of one class have to differ, the "
										+ "annotation can ask the bean, as in id = \"#{__listener.name}\".");
			}
			this.registrations.put(complete.id(), new Registration(container));
		}
		RegistrationChecks.warnOfAttemptsThatNeverCome(complete);
		return container;
	}

	/** An endpoint that comes from a container is complete. */
	private ListenerEndpoint configure(ListenerEndpoint endpoint, Transport transport) {
		synchronized (this.configured) {
			if (this.configured.contains(endpoint)) {
				return endpoint;
			}
			ListenerEndpoint complete = transport.configure(endpoint);
			this.configured.add(complete);
			return complete;
		}
	}

	@Override
	public CompletableFuture<Void> unregister(String id) {
		return unregister(id, this.shutdownTimeout);
	}

	@Override
	public CompletableFuture<Void> unregister(String id, Duration timeout) {
		Registration registration;
		synchronized (this.registrations) {
			registration = this.registrations.get(id);
			if (registration == null) {
				return CompletableFuture.completedFuture(null);
			}
			registration.leave();
		}
		return registration.container().close(timeout).whenComplete((nothing, failure) -> forget(id, registration));
	}

	private void forget(String id, Registration registration) {
		synchronized (this.registrations) {
			this.registrations.remove(id, registration);
		}
	}

	/**
	 * Finds the transport of an endpoint.
	 * @param endpoint the endpoint of a registered listener
	 * @return the transport, on the Redis of the listener
	 */
	public Optional<Transport> transport(ListenerEndpoint endpoint) {
		return this.transports.of(endpoint);
	}

	/**
	 * Starts a listener that was added, if the application runs and the listener's
	 * settings say that it starts by itself. One that can't start is unregistered.
	 * @param container the listener's container
	 */
	public void startIfDue(ListenerContainer container) {
		if (!this.running || !container.endpoint().settings().autoStartup()) {
			return;
		}
		try {
			Failures.join(container::start);
		}
		catch (RuntimeException ex) {
			unregister(container.endpoint().id());
			throw ex;
		}
		if (!this.running) {
			// the application stopped meanwhile, and did not find it running
			container.stop(this.shutdownTimeout);
		}
	}

	@Override
	public CompletableFuture<Void> stop(ListenerContainer container) {
		return container.stop(this.shutdownTimeout);
	}

	@Override
	public Optional<ListenerContainer> container(String id) {
		synchronized (this.registrations) {
			return Optional.ofNullable(this.registrations.get(id)).map(Registration::container);
		}
	}

	@Override
	public Collection<ListenerContainer> containers() {
		return registrations().stream().map(Registration::container).toList();
	}

	private List<Registration> registrations() {
		synchronized (this.registrations) {
			return List.copyOf(this.registrations.values());
		}
	}

	/**
	 * Returns the commands that the listeners send, so that the rights of the user of
	 * their Redis can be checked.
	 * @return the commands, each once, by the name of the connection factory, which is
	 * empty for the broker's own Redis; without a Redis that no listener reads
	 */
	public Map<String, List<RequiredCommand>> requiredCommands() {
		Map<String, Set<RequiredCommand>> commands = new LinkedHashMap<>();
		containers().stream().map(ListenerContainer::endpoint).forEach((endpoint) -> {
			String redis = Objects.requireNonNullElse(this.transports.nameOf(endpoint), "");
			this.transports.of(endpoint)
				.ifPresent((transport) -> commands.computeIfAbsent(redis, (name) -> new LinkedHashSet<>())
					.addAll(transport.requiredCommands(endpoint)));
		});
		Map<String, List<RequiredCommand>> each = new LinkedHashMap<>();
		commands.forEach((redis, required) -> each.put(redis, List.copyOf(required)));
		return each;
	}

	/**
	 * Returns the way to put dead letters back into a source.
	 * @param source the source of a registered listener
	 * @return puts them back
	 * @throws IllegalArgumentException when no listener reads the source, or messages of
	 * its transport can't be put back
	 */
	public Redrive redrive(DeadLetterSource source) {
		return containers().stream()
			.map(ListenerContainer::endpoint)
			.filter((endpoint) -> endpoint.transport() == source.type() && endpoint.sources().contains(source.source())
					&& Objects.equals(this.transports.nameOf(endpoint), source.connectionFactory()))
			.flatMap((endpoint) -> this.transports.of(endpoint).stream())
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("No listener reads the " + source.type() + " '"
					+ source.source() + "' any more: register one to put its dead letters back"))
			.redrive(source);
	}

	@Override
	public List<DeadLetterSource> deadLetterSources() {
		return containers().stream()
			.map(ListenerContainer::endpoint)
			.flatMap((endpoint) -> endpoint.sources()
				.stream()
				.map((source) -> new DeadLetterSource(source, endpoint.transport(),
						endpoint.settings().deadLettersOf(source), endpoint.group(), endpoint.id(),
						this.transports.nameOf(endpoint))))
			.toList();
	}

	@Override
	public void start() {
		IoThread.checkMayWait();
		this.running = true;
		List<CompletableFuture<Void>> starting = registrations().stream()
			.filter(Registration::shallStart)
			.map(Registration::start)
			.toList();
		try {
			starting.forEach((started) -> Failures.join(() -> started));
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
			String origin = apart.stream()
				.map((container) -> this.transports.nameOf(container.endpoint()))
				.map((name) -> (name == null) ? "spring.data.redis.*" : "the connection factory '" + name + "'")
				.distinct()
				.collect(Collectors.joining(", "));
			throw new BrokerConfigurationException(
					"Redis can't be reached, or not all of it: " + causes + ". These listeners read nothing: "
							+ listeners,
					"Start Redis, check " + origin + ", or set redis-broker.fail-fast to false to start without "
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
		boolean wasRunning = this.running;
		this.running = false;
		List<Registration> stopping = registrations();
		if (wasRunning) {
			stopping.forEach(Registration::remember);
		}
		return CompletableFuture.allOf(stopping.stream()
			.map((each) -> each.container().stop(this.shutdownTimeout))
			.toArray(CompletableFuture[]::new));
	}

	/**
	 * Waits for listeners that are stopping: Spring does not, where a lifecycle bean of
	 * an earlier phase depends on this one, and would close the connections under them.
	 */
	@Override
	public void destroy() {
		stop();
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
