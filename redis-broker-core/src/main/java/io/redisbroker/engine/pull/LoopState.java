package io.redisbroker.engine.pull;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether a loop runs, since which start, and whether it pauses after a failure. A pause
 * ends with its start: it has no effect on the next one. Thread-safe.
 */
final class LoopState {

	private final ScheduledExecutorService timer;

	private final AtomicInteger starts = new AtomicInteger();

	private volatile boolean running;

	private volatile boolean pausing;

	LoopState(ScheduledExecutorService timer) {
		this.timer = timer;
	}

	/** Returns the number of this start. */
	int start() {
		int start = this.starts.incrementAndGet();
		this.pausing = false;
		this.running = true;
		return start;
	}

	void stop() {
		this.running = false;
	}

	boolean isRunning() {
		return this.running;
	}

	boolean isCurrent(int start) {
		return this.running && this.starts.get() == start;
	}

	boolean isPausing() {
		return this.pausing;
	}

	/** Calls back after a pause, unless the loop has stopped by then. */
	void pause(Duration duration, Runnable afterwards) {
		int start = this.starts.get();
		this.pausing = true;
		this.timer.schedule(() -> {
			if (isCurrent(start)) {
				this.pausing = false;
				afterwards.run();
			}
		}, duration.toMillis(), TimeUnit.MILLISECONDS);
	}

}
