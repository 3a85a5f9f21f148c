package io.redisbroker.listener;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.redisbroker.client.IoThread;
import io.redisbroker.observation.BrokerEvents;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Between the I/O threads that bring messages and the workers that handle them: never
 * blocks, holds at most so many, and drops by a policy what is beyond that. What came
 * with one read is handed over at once, so that workers are woken once for all of it.
 */
final class Inbox {

	private static final Logger logger = LoggerFactory.getLogger(Inbox.class);

	private final String listenerId;

	private final Workers workers;

	private final int size;

	private final OverflowPolicy policy;

	private final BrokerEvents events;

	/** What came with one read, and the workers don't know of yet. */
	private final List<InFlight> arrived = new ArrayList<>();

	private boolean handingOver;

	private boolean closed;

	/** For how many there is room at least; how many wait is asked only when it is 0. */
	private int room;

	/** What was dropped since the buffer overflowed, until it is half empty again. */
	private volatile long dropped;

	private long overflowedAt;

	Inbox(String listenerId, Workers workers, int size, OverflowPolicy policy, BrokerEvents events) {
		this.listenerId = listenerId;
		this.workers = workers;
		this.size = size;
		this.policy = policy;
		this.events = events;
	}

	void offer(InFlight work) {
		Due due = accept(work);
		if (due == Due.NOW || (due == Due.AFTER_READ && !IoThread.afterRead(this::handOver))) {
			handOver();
		}
	}

	private synchronized Due accept(InFlight work) {
		if (this.closed) {
			return Due.ARRANGED;
		}
		boolean full = this.policy != OverflowPolicy.UNBOUNDED && isFull();
		if (full) {
			InFlight dropped = (this.policy == OverflowPolicy.DROP_NEWEST) ? work : this.workers.dropOldest();
			if (dropped != null) {
				overflowed(dropped);
			}
		}
		if (!full || this.policy == OverflowPolicy.DROP_OLDEST) {
			this.arrived.add(work);
		}
		if (2 * this.arrived.size() >= this.size) {
			return Due.NOW;
		}
		Due due = this.handingOver ? Due.ARRANGED : Due.AFTER_READ;
		this.handingOver = true;
		return due;
	}

	private void handOver() {
		synchronized (this) {
			this.handingOver = false;
			add();
		}
		// not within the lock: a worker may run in this thread
		this.workers.start();
	}

	private void add() {
		this.workers.add(0, this.arrived);
		this.arrived.clear();
	}

	private boolean isFull() {
		if (this.room == 0) {
			add();
			this.room = Math.max(0, this.size - this.workers.waiting());
		}
		if (this.room == 0) {
			return true;
		}
		this.room--;
		return false;
	}

	private void overflowed(InFlight work) {
		if (this.dropped++ == 0) {
			this.overflowedAt = System.nanoTime();
			logger.warn(
					"Listener '{}' is too slow: its buffer of {} messages is full, and the {} ones are dropped. "
							+ "Make it faster, give it a higher concurrency or a larger buffer",
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

	/** Takes nothing any more. */
	void close() {
		synchronized (this) {
			this.closed = true;
		}
		handOver();
	}

	/** When what has arrived is handed over. */
	private enum Due {

		/** A small buffer would be full before the read ends. */
		NOW,

		AFTER_READ,

		/** There is nothing to hand over, or somebody is about to. */
		ARRANGED

	}

}
