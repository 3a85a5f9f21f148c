package io.redisbroker.support;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A line with a limited number of bytes per second, which serves its users in turn.
 */
final class SlowLine {

	private final ReentrantLock turns = new ReentrantLock(true);

	private volatile int bytesPerSecond;

	private long freeAt = System.nanoTime();

	void limit(int bytesPerSecond) {
		this.bytesPerSecond = bytesPerSecond;
	}

	/** Returns when the bytes are at the other end. */
	void carry(int bytes) {
		int speed = this.bytesPerSecond;
		if (speed == 0) {
			return;
		}
		this.turns.lock();
		try {
			this.freeAt = Math.max(this.freeAt, System.nanoTime()) + bytes * TimeUnit.SECONDS.toNanos(1) / speed;
			while (System.nanoTime() < this.freeAt) {
				LockSupport.parkNanos(this.freeAt - System.nanoTime());
			}
		}
		finally {
			this.turns.unlock();
		}
	}

}
