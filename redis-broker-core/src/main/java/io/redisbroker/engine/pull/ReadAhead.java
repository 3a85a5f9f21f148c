package io.redisbroker.engine.pull;

import java.util.function.IntSupplier;

import io.redisbroker.engine.worker.Workers;

/**
 * Decides whether a loop reads on while workers are busy. Small reads cost as much as
 * large ones, so it reads ahead in halves of the capacity. While all workers are busy and
 * Redis has no more messages, new ones are left to idle instances. Listeners with
 * priorities still read, because they choose among the messages they hold. Thread-safe.
 */
final class ReadAhead {

	private final DeliverySource source;

	private final Workers workers;

	private final int lane;

	private final int capacity;

	private final IntSupplier room;

	private volatile boolean leavesToOthers;

	/**
	 * Creates one that may read.
	 * @param source the source that is read
	 * @param workers handle the deliveries
	 * @param lane the source's lane in the line for a worker
	 * @param capacity how many deliveries may be held
	 * @param room tells how many more may be held now
	 */
	ReadAhead(DeliverySource source, Workers workers, int lane, int capacity, IntSupplier room) {
		this.source = source;
		this.workers = workers;
		this.lane = lane;
		this.capacity = capacity;
		this.room = room;
	}

	/** Whether new messages are left to idle instances until a worker is free here. */
	boolean leavesToOthers() {
		return this.leavesToOthers;
	}

	/** Leaves new messages to idle instances, unless a worker is free here. */
	void leaveToOthers() {
		this.leavesToOthers = !this.workers.isAnyFree();
	}

	void leaveNothing() {
		this.leavesToOthers = false;
	}

	/**
	 * Whether to read now. Lost replies are recovered by reading, so that comes first.
	 */
	boolean isDue() {
		if (this.leavesToOthers && !this.source.mustRecover()) {
			return false;
		}
		int free = this.room.getAsInt();
		return free > 0 && (free * 2 >= this.capacity || !this.workers.hasWaiting(this.lane));
	}

	/**
	 * Learns from an answer whether Redis has more.
	 * @param brought how many deliveries it brought
	 * @param max how many were asked for
	 */
	void answered(int brought, int max) {
		this.leavesToOthers = this.source.isDrained(brought, max) && !this.workers.chooseAmongSources();
	}

	/** Whether to go on after an answer. */
	boolean goesOn() {
		if (this.leavesToOthers && !this.workers.isAnyFree()) {
			return false;
		}
		this.leavesToOthers = false;
		return true;
	}

}
