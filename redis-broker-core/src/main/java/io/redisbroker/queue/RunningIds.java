package io.redisbroker.queue;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Ids for messages that Redis does not number, unique in this process; they only tell
 * messages apart in log lines and dead letters. Thread-safe.
 */
final class RunningIds {

	private final AtomicLong last = new AtomicLong();

	String next() {
		return System.currentTimeMillis() + "-" + this.last.incrementAndGet();
	}

}
