package io.redisbroker.engine.pull;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Looks at a source when its next delayed message is due, as far as that is known: from
 * the last look, and from signals of consumers and senders that delayed one since then.
 * Thread-safe.
 */
public final class NextDue {

	private final ScheduledExecutorService timer;

	private Runnable onDue = () -> {
	};

	private @Nullable ScheduledFuture<?> scheduled;

	/**
	 * Creates one that does not look yet.
	 * @param timer calls back when a message is due
	 */
	public NextDue(ScheduledExecutorService timer) {
		this.timer = timer;
	}

	/**
	 * Sets the action for due messages.
	 * @param onDue looks, without blocking
	 */
	public synchronized void onDue(Runnable onDue) {
		this.onDue = onDue;
	}

	/**
	 * Looks at the time that a wake-up signal names.
	 * @param signal in how many milliseconds; any other text means at once, since signals
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
	 * Looks after this time, unless it will look before that anyway.
	 * @param millis the time, negative when no message will be due
	 */
	public synchronized void in(long millis) {
		ScheduledFuture<?> earlier = this.scheduled;
		if (millis < 0 || (earlier != null && earlier.getDelay(TimeUnit.MILLISECONDS) <= millis)) {
			return;
		}
		cancel();
		this.scheduled = this.timer.schedule(this::look, millis, TimeUnit.MILLISECONDS);
	}

	/** Times learned from here on need another look: this one may miss their messages. */
	private void look() {
		Runnable listener;
		synchronized (this) {
			this.scheduled = null;
			listener = this.onDue;
		}
		listener.run();
	}

	/** Cancels the next look. */
	public synchronized void cancel() {
		if (this.scheduled != null) {
			this.scheduled.cancel(false);
			this.scheduled = null;
		}
	}

}
