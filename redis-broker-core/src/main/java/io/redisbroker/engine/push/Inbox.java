package io.redisbroker.engine.push;

import java.time.Duration;

import io.redisbroker.client.IoThread;
import io.redisbroker.engine.worker.InFlight;
import io.redisbroker.engine.worker.Workers;
import io.redisbroker.listener.OverflowPolicy;
import io.redisbroker.observation.BrokerEvents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The buffer between the I/O threads that bring messages and the workers that handle
 * them. It never blocks, holds a limited number of messages, and drops the others by a
 * policy. Workers are woken once for all messages of one read. Thread-safe.
 */
final class Inbox {

	private static final Logger logger = LoggerFactory.getLogger(Inbox.class);

	private final String listenerId;

	private final Workers workers;

	private final Runnable start;

	private final int size;

	private final OverflowPolicy policy;

	private final BrokerEvents events;

	private boolean closed;

	/** Lower bound of the free space; recomputed when it reaches 0. */
	private int room;

	/**
	 * The number of messages dropped since the buffer overflowed, until it is half empty.
	 */
	private volatile long dropped;

	private long overflowedAt;

	Inbox(String listenerId, Workers workers, int size, OverflowPolicy policy, BrokerEvents events) {
		this.listenerId = listenerId;
		this.workers = workers;
		this.start = workers::start;
		this.room = half(size);
		this.size = size;
		this.policy = policy;
		this.events = events;
	}

	void offer(InFlight work) {
		boolean soon = accept(work);
		// not within the lock: a worker may run in this thread
		if (soon || !IoThread.afterRead(this.start)) {
			this.start.run();
		}
	}

	/** Returns whether a worker is needed before the read ends. */
	private synchronized boolean accept(InFlight work) {
		if (this.closed) {
			return false;
		}
		if (this.policy == OverflowPolicy.UNBOUNDED) {
			this.workers.add(0, work);
			return false;
		}
		boolean full = isFull();
		if (full) {
			InFlight dropped = (this.policy == OverflowPolicy.DROP_NEWEST) ? work : this.workers.dropOldest();
			if (dropped != null) {
				overflowed(dropped);
			}
		}
		if (!full || this.policy == OverflowPolicy.DROP_OLDEST) {
			this.workers.add(0, work);
		}
		return this.room == 0;
	}

	private boolean isFull() {
		if (this.room == 0) {
			this.room = half(this.size - this.workers.waiting());
		}
		if (this.room == 0) {
			return true;
		}
		this.room--;
		return false;
	}

	/** A read may bring more than fits, so workers are needed before all is full. */
	private static int half(int free) {
		return Math.max(0, free - free / 2);
	}

	private void overflowed(InFlight work) {
		if (this.dropped++ == 0) {
			this.overflowedAt = System.nanoTime();
			logger.warn(
					"Listener '{}' is too slow: its buffer of {} messages is full, and the {} ones are dropped. "
							+ "Make it faster, or give it a higher concurrency or a larger buffer",
					this.listenerId, this.size, (this.policy == OverflowPolicy.DROP_OLDEST) ? "oldest" : "newest");
		}
		this.events.overflowed(this.listenerId, work.delivery());
	}

	/** A worker is done with a message. */
	void taken() {
		if (this.dropped > 0 && this.workers.waiting() <= this.size / 2) {
			caughtUp();
		}
	}

	private synchronized void caughtUp() {
		if (this.dropped > 0) {
			logger.info("Listener '{}' has caught up; it dropped {} messages in {} ms", this.listenerId, this.dropped,
					Duration.ofNanos(System.nanoTime() - this.overflowedAt).toMillis());
			this.dropped = 0;
		}
	}

	/** Takes no more messages. */
	synchronized void close() {
		this.closed = true;
	}

}
