package io.redisbroker.engine.worker;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * Logs the first of many equal events, and then the number of further ones each second,
 * as when a stream is deleted with a thousand pending entries. Thread-safe.
 */
public final class LogThrottle {

	private final ScheduledExecutorService timer;

	private final IntConsumer further;

	private boolean counting;

	private int number;

	/**
	 * Creates one.
	 * @param timer calls back each second
	 * @param further logs the number of further events
	 */
	public LogThrottle(ScheduledExecutorService timer, IntConsumer further) {
		this.timer = timer;
		this.further = further;
	}

	public void log(Runnable first) {
		synchronized (this) {
			if (this.counting) {
				this.number++;
				return;
			}
			this.counting = true;
		}
		first.run();
		later();
	}

	private void later() {
		try {
			this.timer.schedule(this::logFurther, 1, TimeUnit.SECONDS);
		}
		catch (RejectedExecutionException ex) {
			// the application ends
			logFurther();
		}
	}

	private void logFurther() {
		int logged;
		synchronized (this) {
			logged = this.number;
			this.number = 0;
			this.counting = logged > 0;
		}
		if (logged > 0) {
			this.further.accept(logged);
			later();
		}
	}

}
