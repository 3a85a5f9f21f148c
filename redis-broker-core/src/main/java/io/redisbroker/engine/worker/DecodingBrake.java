package io.redisbroker.engine.worker;

import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

import io.redisbroker.converter.DecodingFailures;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerProblem;
import io.redisbroker.message.TransportType;
import io.redisbroker.retry.Backoff;

/**
 * Slows down a listener that can decode or validate hardly any message, as after a
 * deployment whose type does not fit the waiting messages: they would all be dead letters
 * within seconds. While the brake is on, the listener takes one message after each pause,
 * until one can be decoded. Thread-safe.
 */
public final class DecodingBrake {

	/** The number of failures that become dead letters at once. */
	static final int TOLERATED = 10;

	/** The highest count: one success ends the pauses, a few failures bring them back. */
	private static final int MOST_COUNTED = 15;

	private static final Backoff PAUSES = Backoff.REDELIVERY;

	private final Troubles troubles;

	private final boolean holdsMessages;

	private final ScheduledExecutorService timer;

	/** Tells {@code nanoTime}. */
	private final LongSupplier clock;

	/** Grows by 1 with a failure, and is halved by a success: 5 of 6 have to fail. */
	private volatile int failures;

	private int pauses;

	private volatile long failedAt;

	private volatile boolean on;

	private volatile boolean pausing;

	private volatile UnaryOperator<List<InFlight>> handBack = UnaryOperator.identity();

	private volatile Runnable onEnd = () -> {
	};

	DecodingBrake(ListenerEndpoint endpoint, ListenerRuntime runtime) {
		this(endpoint, runtime, System::nanoTime);
	}

	DecodingBrake(ListenerEndpoint endpoint, ListenerRuntime runtime, LongSupplier clock) {
		this.clock = clock;
		this.troubles = new Troubles(endpoint.id(), String.join(", ", endpoint.sources()), runtime.events());
		this.holdsMessages = endpoint.transport() != TransportType.CHANNEL;
		this.timer = runtime.timer();
	}

	/**
	 * Sets the actions of a pause, where messages can be handed back to Redis.
	 * @param handBack hands back deliveries during a pause; returns those that can't be
	 * handed back, which are handled
	 * @param onEnd reads again after a pause
	 */
	public void onPause(UnaryOperator<List<InFlight>> handBack, Runnable onEnd) {
		this.handBack = handBack;
		this.onEnd = onEnd;
	}

	/** Returns the deliveries that may be decoded now; hands back the others. */
	List<InFlight> readable(List<InFlight> work) {
		return this.pausing ? this.handBack.apply(work) : work;
	}

	/** Whether no message may be taken now. */
	boolean isPausing() {
		return this.pausing;
	}

	/**
	 * Returns how much of the room for messages may not be used now.
	 * @param capacity the room
	 */
	public int takesRoom(int capacity) {
		return this.pausing ? capacity : this.on ? capacity - 1 : 0;
	}

	/** The problem, unless no message has come for a while that could show its end. */
	public List<ListenerProblem> problems() {
		boolean isRecent = this.clock.getAsLong() - this.failedAt < PAUSES.max().toNanos();
		return (this.pausing || isRecent) ? this.troubles.list() : List.of();
	}

	/** A message can't be decoded, or is not valid. */
	void failed(Throwable failure) {
		this.failedAt = this.clock.getAsLong();
		synchronized (this) {
			this.failures = Math.min(this.failures + 1, MOST_COUNTED);
			if (this.failures < TOLERATED || this.pausing) {
				return;
			}
			this.on = true;
			this.pausing = this.holdsMessages && endLater(++this.pauses);
		}
		this.troubles.failed(ListenerProblem.Kind.DECODE,
				new NothingDecodedException("hardly any can be decoded and is valid, the last one because of "
						+ DecodingFailures.describe(failure)
						+ (this.holdsMessages ? ". It takes one message at a time, with pauses of up to "
								+ PAUSES.max().toSeconds() + " s, until one can be decoded; the other messages wait"
								: "")));
	}

	private boolean endLater(int attempt) {
		try {
			this.timer.schedule(this::end, Backoff.millis(PAUSES.delay(attempt)), TimeUnit.MILLISECONDS);
			return true;
		}
		catch (RejectedExecutionException ex) {
			// the application ends
			return false;
		}
	}

	private void end() {
		this.pausing = false;
		this.onEnd.run();
	}

	/** A message was decoded. */
	void succeeded() {
		if (this.failures == 0) {
			return;
		}
		synchronized (this) {
			this.failures /= 2;
			if (!this.on || this.failures >= TOLERATED) {
				return;
			}
			this.on = false;
			this.pauses = 0;
		}
		this.troubles.succeeded(ListenerProblem.Kind.DECODE);
	}

	/** Names the cause, without a payload. */
	private static final class NothingDecodedException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		NothingDecodedException(String message) {
			super(message);
		}

	}

}
