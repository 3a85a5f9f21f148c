package io.redisbroker.test;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Waits for a condition with a deadline.
 */
final class Await {

	/** How long anything in this module may take before it counts as failed. */
	static final Duration PATIENCE = Duration.ofSeconds(60);

	private Await() {
	}

	/**
	 * Wait until the condition holds.
	 * @param what the condition in words, for the message of the exception
	 * @param condition the condition
	 * @throws RedisServerException if it does not hold within {@link #PATIENCE}, or the
	 * thread is interrupted
	 */
	static void until(Supplier<String> what, BooleanSupplier condition) {
		if (!within(PATIENCE, condition)) {
			throw new RedisServerException("Not reached within " + PATIENCE.toSeconds() + " seconds: " + what.get());
		}
	}

	/**
	 * Wait until the condition holds or the time is over.
	 * @param timeout how long to wait
	 * @param condition the condition
	 * @return whether the condition held in time
	 */
	static boolean within(Duration timeout, BooleanSupplier condition) {
		long deadline = System.nanoTime() + timeout.toNanos();
		long pause = Duration.ofMillis(2).toNanos();
		while (!condition.getAsBoolean()) {
			if (Thread.currentThread().isInterrupted()) {
				throw new RedisServerException("Interrupted while waiting for a Redis server");
			}
			if (System.nanoTime() - deadline > 0) {
				return false;
			}
			LockSupport.parkNanos(pause);
			pause = Math.min(pause * 2, Duration.ofMillis(50).toNanos());
		}
		return true;
	}

}
