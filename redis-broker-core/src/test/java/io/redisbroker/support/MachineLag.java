package io.redisbroker.support;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Measures how long this machine keeps a thread waiting for a processor, with a thread
 * that does nothing else. Tests of punctuality allow for this lag: on an idle machine it
 * is a few milliseconds.
 */
public final class MachineLag implements AutoCloseable {

	private static final long PERIOD = 5;

	private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

	private volatile long longest;

	private long last = System.nanoTime();

	public MachineLag() {
		this.clock.scheduleWithFixedDelay(this::tick, 0, PERIOD, TimeUnit.MILLISECONDS);
	}

	private void tick() {
		long now = System.nanoTime();
		this.longest = Math.max(this.longest, now - this.last);
		this.last = now;
	}

	/**
	 * The longest wait until now, for each process that takes part: the test, and Redis.
	 */
	public Duration ofTwoProcesses() {
		return Duration.ofNanos(2 * this.longest);
	}

	@Override
	public void close() {
		this.clock.shutdownNow();
	}

}
