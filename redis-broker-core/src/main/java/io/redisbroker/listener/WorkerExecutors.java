package io.redisbroker.listener;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Creates the threads of workers. A listener of channels may run in the thread that reads
 * the replies of Redis, by an executor that runs its task at once: {@code Runnable::run}.
 * That thread reads nothing until the listener has returned for all messages of one read,
 * so the listener must be quick and must not wait, for Redis least of all. Listeners of
 * streams and queues need threads.
 *
 * @since 0.1.0
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
	 * Platform threads, as many as the concurrency, which end when they were idle for a
	 * while.
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
