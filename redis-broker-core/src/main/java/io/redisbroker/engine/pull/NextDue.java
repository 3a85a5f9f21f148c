package io.redisbroker.engine.pull;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Looks at a source when the next message is due that waits for its time, as far as is
 * known: from the last look, and from whoever had a message wait since then. Thread-safe.
 */
public final class NextDue {

	private final ScheduledExecutorService timer;

	private Runnable onDue = () -> {
	};

	private @Nullable ScheduledFuture<?> scheduled;

	/**
	 * Creates one that looks for nothing yet.
	 * @param timer calls back when something is due
	 */
	public NextDue(ScheduledExecutorService timer) {
		this.timer = timer;
	}

	/**
	 * Says how to look.
	 * @param onDue looks, without blocking
	 */
	public synchronized void onDue(Runnable onDue) {
		this.onDue = onDue;
	}

	/**
	 * Looks when a wake-up signal says so.
	 * @param signal in how many milliseconds; at once for anything else, since signals
	 * may have been missed
	 */
	public void in(String signal) {
		try {
			in(Long.parseLong(signal));
		}
		catch (NumberFormatException ex) {
			in(0);
		}
	}

	/**
	 * Looks when this many milliseconds are over, unless it does so before anyway.
	 * @param millis the time, negative when nothing will be due
	 */
	public synchronized void in(long millis) {
		ScheduledFuture<?> earlier = this.scheduled;
		if (millis < 0 || (earlier != null && earlier.getDelay(TimeUnit.MILLISECONDS) <= millis)) {
			return;
		}
		cancel();
		this.scheduled = this.timer.schedule(this::look, millis, TimeUnit.MILLISECONDS);
	}

	/** From here on what is learned may be news: this look may be over before it ends. */
	private void look() {
		Runnable listener;
		synchronized (this) {
			this.scheduled = null;
			listener = this.onDue;
		}
		listener.run();
	}

	/**
	 * Forgets when to look.
	 */
	public synchronized void cancel() {
		if (this.scheduled != null) {
			this.scheduled.cancel(false);
			this.scheduled = null;
		}
	}

}
