package io.redisbroker.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.QueryTimeoutException;

/**
 * How many messages a reader asks Redis for at once: as many as it has room for, unless
 * their replies take too long to arrive. Then it asks for fewer, down to the least that
 * can be asked for, and for more again when replies come quickly. Used by one reader, by
 * one read at a time.
 */
public final class ReadSize {

	private static final Logger logger = LoggerFactory.getLogger(ReadSize.class);

	/**
	 * A script that takes more would block Redis for long, and Lua takes about 8,000
	 * values.
	 */
	private static final int MOST_AT_ONCE = 1000;

	/**
	 * For replies that can't be smaller, or whose messages no other consumer may take.
	 */
	private static final Duration LONGEST_TRANSFER = Duration.ofMinutes(5);

	private static final Duration SHORTEST_TARGET = Duration.ofMillis(100);

	private static final int SHRINK = 8;

	private final String source;

	private final int least;

	private final Duration replyTimeout;

	private final Duration target;

	private final Duration longest;

	private final Executor executor;

	private volatile int limit = MOST_AT_ONCE;

	private volatile int asked = MOST_AT_ONCE;

	private boolean told;

	/**
	 * Creates a size without limits.
	 * @param source the source, for log lines
	 * @param least the least that can be asked for: one, or one from each of several
	 * sources
	 * @param replyTimeout how long Redis may be silent
	 * @param lease how long a message may be in transit before another consumer may take
	 * it; zero if none can
	 * @param executor where commands fail whose time is over
	 */
	ReadSize(String source, int least, Duration replyTimeout, Duration lease, Executor executor) {
		this.source = source;
		this.least = least;
		this.replyTimeout = replyTimeout;
		Duration half = replyTimeout.dividedBy(2);
		Duration twice = replyTimeout.multipliedBy(2);
		this.target = lease.isZero() ? half : max(SHORTEST_TARGET, min(half, lease.dividedBy(6)));
		this.longest = lease.isZero() ? LONGEST_TRANSFER : max(replyTimeout, min(twice, lease.dividedBy(3)));
		this.executor = executor;
	}

	/**
	 * Reads as many messages as arrive within a reasonable time.
	 * @param <M> a message
	 * @param max how many at most
	 * @param read reads this many at most and is told how to send the commands for that
	 * @return the messages
	 */
	public <M> CompletableFuture<List<M>> read(int max, Read<M> read) {
		int most = Math.max(1, Math.min(max, this.limit));
		this.asked = most;
		Transfer transfer = new Transfer(this.replyTimeout, (most > this.least) ? this.longest : LONGEST_TRANSFER,
				this.executor);
		return read.read(most, transfer).whenComplete((messages, failure) -> learn(most, messages, failure, transfer));
	}

	/**
	 * Tells whether the last read shows that there was no more.
	 * @param brought how many it brought
	 * @return whether it brought fewer than were asked for
	 */
	public boolean isDrained(int brought) {
		return brought < this.asked;
	}

	private <M> void learn(int most, @Nullable List<M> messages, @Nullable Throwable failure, Transfer transfer) {
		if (!transfer.hasBegun()) {
			return;
		}
		Duration lasted = transfer.lasted();
		if (messages != null) {
			arrived(most, messages.size(), lasted);
		}
		else if (Failures.unwrap(failure) instanceof QueryTimeoutException) {
			shrink(Math.max(this.least, most / SHRINK));
			tell(most, lasted);
		}
	}

	private void arrived(int most, int brought, Duration lasted) {
		if (brought > this.least && lasted.compareTo(this.target) > 0) {
			shrink((int) Math.max(this.least, brought * this.target.toNanos() / lasted.toNanos()));
		}
		else if (brought <= this.least && brought > 0 && lasted.compareTo(this.replyTimeout) > 0) {
			tell(brought, lasted);
		}
		else if (brought >= most && most >= this.limit && lasted.multipliedBy(4).compareTo(this.target) < 0) {
			this.limit = Math.min(MOST_AT_ONCE, this.limit * 2);
		}
	}

	private void shrink(int size) {
		logger.debug("Replies from '{}' take long: reading {} messages at once, instead of {}", this.source, size,
				this.limit);
		this.limit = size;
	}

	private synchronized void tell(int messages, Duration lasted) {
		if (this.told) {
			return;
		}
		this.told = true;
		logger.warn("A reply with up to {} messages of '{}' did not arrive within {} ms: the messages are too big for "
				+ "the connection. They are read in smaller numbers from now on, down to one at a time. Send smaller "
				+ "messages, lower the batch size, or see to a faster connection; keep the reclaim delay (the lease "
				+ "of a queue) well above the time that one message takes", messages, this.source, lasted.toMillis());
	}

	private static Duration min(Duration one, Duration other) {
		return (one.compareTo(other) <= 0) ? one : other;
	}

	private static Duration max(Duration one, Duration other) {
		return (one.compareTo(other) >= 0) ? one : other;
	}

	/**
	 * How a transport reads.
	 *
	 * @param <M> a message
	 */
	@FunctionalInterface
	public interface Read<M> {

		/**
		 * Reads once.
		 * @param most how many messages at most
		 * @param transfer to send the commands with
		 * @return the messages
		 */
		CompletableFuture<List<M>> read(int most, Transfer transfer);

	}

}
