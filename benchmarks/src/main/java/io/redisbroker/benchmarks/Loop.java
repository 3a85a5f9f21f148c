package io.redisbroker.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A thread that repeats a step until it is closed, for contestants without a container of
 * their own. A failure ends it and is thrown when it is closed.
 */
final class Loop implements AutoCloseable {

	private final Step step;

	private final Thread thread;

	private final CountDownLatch ended = new CountDownLatch(1);

	private volatile boolean running = true;

	private volatile Throwable failure;

	@SuppressWarnings("NullAway.Init")
	private Loop(Step step) {
		this.step = step;
		this.thread = new Thread(this::run, "loop");
	}

	/**
	 * Starts a loop.
	 * @param step the step that is repeated
	 * @param connections the connections of the step, closed after the loop
	 */
	static AutoCloseable start(Step step, AutoCloseable... connections) {
		Loop loop = new Loop(step);
		loop.thread.start();
		return () -> {
			loop.close();
			for (AutoCloseable connection : connections) {
				connection.close();
			}
		};
	}

	/** Waits for a reply, for a minute at most. */
	static <T> T await(Future<T> reply) throws Exception {
		return reply.get(1, TimeUnit.MINUTES);
	}

	private void run() {
		try {
			while (this.running) {
				this.step.run();
			}
		}
		catch (Throwable ex) {
			if (this.running) {
				ex.printStackTrace();
				this.failure = ex;
			}
		}
		finally {
			this.ended.countDown();
		}
	}

	@Override
	public void close() throws Exception {
		this.running = false;
		this.thread.interrupt();
		if (!this.ended.await(10, TimeUnit.SECONDS)) {
			throw new TimeoutException("The loop did not end");
		}
		if (this.failure != null) {
			throw new IllegalStateException(this.failure);
		}
	}

	/** The step that is repeated. */
	interface Step {

		void run() throws Exception;

	}

}
