package io.redisbroker.engine.worker;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls of a listener that are under way, one per busy worker. While there are calls,
 * a {@link CallWatch} looks at them from time to time; an idle listener costs nothing.
 * Thread-safe.
 */
final class RunningCalls {

	private static final Logger logger = LoggerFactory.getLogger(RunningCalls.class);

	private final CallWatch watch;

	private final ScheduledExecutorService timer;

	private final Set<Slot> slots = ConcurrentHashMap.newKeySet();

	private final AtomicBoolean watching = new AtomicBoolean();

	private volatile boolean interrupted;

	RunningCalls(CallWatch watch, ScheduledExecutorService timer) {
		this.watch = watch;
		this.timer = timer;
	}

	/**
	 * Opens a slot for a worker, which closes it when it has nothing more to do.
	 * @param ownThread whether the worker runs on a thread of its own
	 */
	Slot open(boolean ownThread) {
		Slot slot = new Slot(ownThread);
		this.slots.add(slot);
		lookSoon();
		return slot;
	}

	/** The time that the longest call under way has taken; {@code null} without calls. */
	@Nullable Duration longest() {
		long now = System.nanoTime();
		long longest = -1;
		for (Slot slot : this.slots) {
			RunningCall call = slot.call;
			if (call != null && !call.hasEnded()) {
				longest = Math.max(longest, now - call.since());
			}
		}
		return (longest < 0) ? null : Duration.ofNanos(longest);
	}

	/** Interrupts all calls, also those that are just being begun. */
	void interrupt() {
		this.interrupted = true;
		this.slots.forEach((slot) -> {
			RunningCall call = slot.call;
			if (call != null) {
				call.interrupt();
			}
		});
	}

	private void lookSoon() {
		if (!this.watching.get() && this.watching.compareAndSet(false, true)) {
			try {
				this.timer.schedule(this::look, this.watch.periodMillis(), TimeUnit.MILLISECONDS);
			}
			catch (RejectedExecutionException ex) {
				// the application ends, and interrupts the remaining calls itself
				logger.debug("The calls of a listener have no time limit any more, since the application ends", ex);
			}
		}
	}

	private void look() {
		// before the look: a worker that begins from now on asks for another one
		this.watching.set(false);
		for (Slot slot : this.slots) {
			RunningCall call = slot.call;
			if (call != null && !call.hasEnded()) {
				check(call);
			}
		}
		if (!this.slots.isEmpty()) {
			lookSoon();
		}
	}

	/** A failure does not end the watch over the other calls. */
	private void check(RunningCall call) {
		try {
			this.watch.check(call);
		}
		catch (RuntimeException ex) {
			logger.error("A call of a listener could not be checked for its time limit, and is checked again later",
					ex);
		}
	}

	/** A worker's place among the calls. Used by its thread only. */
	final class Slot implements AutoCloseable {

		private final boolean ownThread;

		private volatile @Nullable RunningCall call;

		private Slot(boolean ownThread) {
			this.ownThread = ownThread;
		}

		RunningCall begin(List<InFlight> work) {
			RunningCall begun = new RunningCall(work, this.ownThread);
			this.call = begun;
			if (RunningCalls.this.interrupted) {
				begun.interrupt();
			}
			return begun;
		}

		@Override
		public void close() {
			RunningCalls.this.slots.remove(this);
		}

	}

}
