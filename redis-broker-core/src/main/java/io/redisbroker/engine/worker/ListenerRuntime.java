package io.redisbroker.engine.worker;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;

import io.redisbroker.listener.WorkerExecutors;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.observation.BrokerObservations;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Shared by all containers of an application: the timer, with one thread, the executors
 * of workers, events and observations. Thread-safe.
 */
public final class ListenerRuntime implements AutoCloseable {

	private final ScheduledThreadPoolExecutor timer;

	private final WorkerExecutors executors;

	private final BrokerEvents events;

	private final BrokerObservations observations;

	private final ListenerAdvice advice;

	/** By the connection factory of a Redis, empty for the broker's own. */
	private final Map<String, Outage> outages = new ConcurrentHashMap<>();

	/**
	 * Creates a runtime without observations.
	 * @param executors create the executors of workers
	 * @param events are published there
	 */
	public ListenerRuntime(WorkerExecutors executors, BrokerEvents events) {
		this(executors, events, BrokerObservations.NONE, ListenerAdvice.NONE);
	}

	/**
	 * Creates the runtime.
	 * @param executors create the executors of workers
	 * @param events are published there
	 * @param observations observe the calls of listeners
	 * @param advice the interceptors and error handlers of all listeners
	 */
	public ListenerRuntime(WorkerExecutors executors, BrokerEvents events, BrokerObservations observations,
			ListenerAdvice advice) {
		this.timer = new ScheduledThreadPoolExecutor(1, new CustomizableThreadFactory("redis-broker-timer-"));
		this.timer.setRemoveOnCancelPolicy(true);
		this.executors = executors;
		this.events = events;
		this.observations = observations;
		this.advice = advice;
	}

	/**
	 * Returns the timer. Tasks must not block.
	 * @return the timer
	 */
	public ScheduledThreadPoolExecutor timer() {
		return this.timer;
	}

	/**
	 * Returns the receiver of events.
	 * @return the events
	 */
	public BrokerEvents events() {
		return this.events;
	}

	/**
	 * Returns the log of outages of a Redis.
	 * @param connectionFactory the connection factory that a listener names, or
	 * {@code null} for the broker's own Redis
	 * @return the same for all listeners of that Redis
	 */
	public Outage outage(@Nullable String connectionFactory) {
		return this.outages.computeIfAbsent(Objects.requireNonNullElse(connectionFactory, ""), Outage::new);
	}

	BrokerObservations observations() {
		return this.observations;
	}

	ListenerAdvice advice() {
		return this.advice;
	}

	public WorkerExecutors executors() {
		return this.executors;
	}

	/**
	 * Keeps the JVM alive: an idle listener occupies no thread, and the driver's are
	 * daemons, yet an application that only listens must not end.
	 */
	public void keepAlive() {
		this.timer.prestartCoreThread();
	}

	/**
	 * Ends the timer.
	 */
	@Override
	public void close() {
		this.timer.shutdownNow();
	}

}
