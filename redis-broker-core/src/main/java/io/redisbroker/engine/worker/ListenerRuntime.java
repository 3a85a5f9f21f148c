package io.redisbroker.engine.worker;

import java.util.concurrent.ScheduledThreadPoolExecutor;

import io.redisbroker.listener.WorkerExecutors;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.observation.BrokerObservations;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * What all containers of an application share: one timer thread, where workers get their
 * threads, and who is told what happens.
 */
public final class ListenerRuntime implements AutoCloseable {

	private final ScheduledThreadPoolExecutor timer;

	private final WorkerExecutors executors;

	private final BrokerEvents events;

	private final BrokerObservations observations;

	private final ListenerAdvice advice;

	private final Outage outage = new Outage();

	/**
	 * Creates the runtime of listeners that nobody observes.
	 * @param executors where workers get their threads
	 * @param events who is told what happens
	 */
	public ListenerRuntime(WorkerExecutors executors, BrokerEvents events) {
		this(executors, events, BrokerObservations.NONE, ListenerAdvice.NONE);
	}

	/**
	 * Creates the runtime.
	 * @param executors where workers get their threads
	 * @param events who is told what happens
	 * @param observations observes the calls of listeners
	 * @param advice what the application adds to the calls of all its listeners
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
	 * Returns who is told what happens.
	 * @return the events
	 */
	public BrokerEvents events() {
		return this.events;
	}

	/**
	 * Returns what tells that Redis can't be reached.
	 * @return the same one for all listeners
	 */
	public Outage outage() {
		return this.outage;
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
