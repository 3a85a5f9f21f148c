package io.redisbroker.listener;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.observation.BrokerObservations;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * What all containers of an application share: one timer thread, where workers get their
 * threads, and who is told what happens.
 *
 * @since 0.1.0
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

	WorkerExecutors executors() {
		return this.executors;
	}

	/**
	 * Keeps the JVM alive: an idle listener occupies no thread, and the driver's are
	 * daemons, yet an application that only listens must not end.
	 */
	void keepAlive() {
		this.timer.prestartCoreThread();
	}

	/**
	 * Ends the timer.
	 */
	@Override
	public void close() {
		this.timer.shutdownNow();
	}

	/**
	 * Where workers get their threads. For a listener of channels that may be the thread
	 * that reads what Redis sends, with an executor that runs what it gets at once:
	 * {@code Runnable::run}. That thread reads nothing until the listener has returned
	 * for all that came with one read, so it must be quick and must not wait, for Redis
	 * least of all. Listeners of streams and queues need threads.
	 */
	@FunctionalInterface
	public interface WorkerExecutors {

		/**
		 * Creates an executor for one listener. One that is an {@code ExecutorService} is
		 * shut down when the listener stops.
		 * @param listenerId the listener's id, for the names of its threads
		 * @param concurrency how many tasks there are at most at the same time
		 * @return the executor
		 */
		Executor create(String listenerId, int concurrency);

		/**
		 * Platform threads, as many as the concurrency, which end when they were idle for
		 * a while.
		 * @return the executors
		 */
		static WorkerExecutors platformThreads() {
			return (listenerId, concurrency) -> {
				ThreadPoolExecutor executor = new ThreadPoolExecutor(concurrency, concurrency, 30, TimeUnit.SECONDS,
						new LinkedBlockingQueue<>(), new CustomizableThreadFactory(listenerId + "-"));
				executor.allowCoreThreadTimeOut(true);
				return executor;
			};
		}

		/**
		 * Virtual threads, which need Java 21.
		 * @return the executors
		 */
		static WorkerExecutors virtualThreads() {
			return (listenerId, concurrency) -> {
				SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor(listenerId + "-");
				executor.setVirtualThreads(true);
				return executor;
			};
		}

	}

}
