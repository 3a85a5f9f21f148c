package io.redisbroker.engine.worker;

import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * A worker's turn: from taking deliveries until all of them are settled or handed on. In
 * the middle of it the listener is called, and only that part has a time limit. An
 * interrupt has no effect after the turn. Thread-safe.
 */
public final class RunningCall {

	/** In place of an object of its own, since each message has a turn. */
	private static final AtomicIntegerFieldUpdater<RunningCall> PHASE = AtomicIntegerFieldUpdater
		.newUpdater(RunningCall.class, "phase");

	private static final int PREPARING = 0;

	private static final int LISTENING = 1;

	private static final int SETTLING = 2;

	private static final int ENDED = 3;

	/** The thread is being interrupted: it does not get past the phase it was in. */
	private static final int HALTED = 4;

	private final List<InFlight> work;

	private final Thread thread;

	private final boolean ownThread;

	private final long since = System.nanoTime();

	private volatile int phase = PREPARING;

	/** When the listener was called. Written before the phase. */
	private long calledAt;

	/** Written while the phase is HALTED. */
	private boolean limitExceeded;

	private boolean givenUp;

	private boolean reported;

	/**
	 * Begins a turn of the current thread.
	 * @param work the deliveries that the worker has taken
	 * @param ownThread whether the thread is the worker's own, which may be interrupted
	 */
	RunningCall(List<InFlight> work, boolean ownThread) {
		this.work = work;
		this.thread = Thread.currentThread();
		this.ownThread = ownThread;
	}

	List<InFlight> work() {
		return this.work;
	}

	/** When the worker took the deliveries, as {@code nanoTime}. */
	long since() {
		return this.since;
	}

	Thread thread() {
		return this.thread;
	}

	/** Whether the thread may be interrupted; otherwise other code needs it as well. */
	boolean hasOwnThread() {
		return this.ownThread;
	}

	boolean hasEnded() {
		return this.phase == ENDED;
	}

	/**
	 * The listener is being called from here on.
	 * @return when, as {@code nanoTime}
	 */
	long enter() {
		this.calledAt = System.nanoTime();
		proceed(PREPARING, LISTENING);
		return this.calledAt;
	}

	/**
	 * The listener has returned or thrown.
	 * @return whether it had exceeded its limit; then an interrupt has arrived, and is
	 * over
	 */
	boolean leave() {
		proceed(LISTENING, SETTLING);
		if (this.limitExceeded) {
			Thread.interrupted();
		}
		return this.limitExceeded;
	}

	/** Ends the turn, and with it any interrupt. */
	void end() {
		int last;
		do {
			last = this.phase;
		}
		while (last == HALTED || !PHASE.compareAndSet(this, last, ENDED));
		// one message's interrupt is not the next one's
		Thread.interrupted();
	}

	private void proceed(int from, int to) {
		while (!PHASE.compareAndSet(this, from, to)) {
			Thread.onSpinWait();
		}
	}

	/** Interrupts the turn in any phase, unless the thread is not the worker's own. */
	void interrupt() {
		int current = this.phase;
		while (this.ownThread && current != ENDED) {
			if (current != HALTED && PHASE.compareAndSet(this, current, HALTED)) {
				this.thread.interrupt();
				this.phase = current;
				return;
			}
			current = this.phase;
		}
	}

	/**
	 * Interrupts the listener, once, if its call takes too long.
	 * @param limit how long it may take, in ns
	 * @return whether it exceeds the limit now, and did not before
	 */
	boolean exceeds(long limit) {
		if (isWithin(limit) || !PHASE.compareAndSet(this, LISTENING, HALTED)) {
			return false;
		}
		try {
			// another check may have come first, but the call is the same
			boolean first = !this.limitExceeded;
			this.limitExceeded = true;
			if (first && this.ownThread) {
				this.thread.interrupt();
			}
			return first;
		}
		finally {
			this.phase = LISTENING;
		}
	}

	/**
	 * Gives up a call, once, that goes on after its interrupt: its deliveries are renewed
	 * no more.
	 * @param limit how long it may take, the time after the interrupt included, in ns
	 * @return whether it is given up now, and was not before
	 */
	boolean givesUp(long limit) {
		if (isWithin(limit) || !PHASE.compareAndSet(this, LISTENING, HALTED)) {
			return false;
		}
		try {
			boolean first = this.limitExceeded && !this.givenUp;
			if (first) {
				this.givenUp = true;
				this.work.stream().filter((each) -> !each.isSettled()).forEach(InFlight::giveUp);
			}
			return first;
		}
		finally {
			this.phase = LISTENING;
		}
	}

	private boolean isWithin(long limit) {
		return !isListening() || System.nanoTime() - this.calledAt <= limit;
	}

	boolean isListening() {
		return this.phase == LISTENING;
	}

	/** Whether the call was given up; for its own thread, after the call. */
	boolean wasGivenUp() {
		return this.givenUp;
	}

	/** Whether this is the first report about the turn; for the thread that watches. */
	boolean report() {
		boolean first = !this.reported;
		this.reported = true;
		return first;
	}

}
