package io.redisbroker.engine.queue;

import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;

import io.redisbroker.client.Failures;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.Reply;
import io.redisbroker.client.pubsub.WakeUps;
import io.redisbroker.engine.pull.NextDue;
import io.redisbroker.queue.QueueOrder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes messages that were sent with a delay into their queue when they are due, for
 * listeners that take messages off the list and lease nothing. Looks when the next
 * message is due, as far as is known, and from time to time. Thread-safe.
 */
final class DueMessages {

	private static final Logger logger = LoggerFactory.getLogger(DueMessages.class);

	private static final long LONGEST_PAUSE = 5000;

	private final RedisConnection connection;

	private final WakeUps wakeUps;

	private final QueueKeys keys;

	private final QueueOrder order;

	private final NextDue nextDue;

	private @Nullable Runnable endSignals;

	private boolean failing;

	/** Where the next look goes on, which only the script understands. */
	private volatile long left;

	DueMessages(RedisConnection connection, WakeUps wakeUps, QueueKeys keys, QueueOrder order,
			ScheduledExecutorService timer) {
		this.connection = connection;
		this.wakeUps = wakeUps;
		this.keys = keys;
		this.order = order;
		this.nextDue = new NextDue(timer);
	}

	synchronized void open() {
		if (this.endSignals == null) {
			this.nextDue.onDue(this::look);
			this.endSignals = this.wakeUps.listen(this.keys.queue(), this.nextDue::in);
			this.nextDue.in(0);
		}
	}

	synchronized void close() {
		if (this.endSignals != null) {
			this.endSignals.run();
			this.endSignals = null;
			this.nextDue.onDue(() -> {
			});
			this.nextDue.cancel();
		}
	}

	private void look() {
		this.connection.run(QueueScripts.PUSH_DUE, this.keys.all(), List.of(this.order.unpop(), this.left))
			.whenComplete((reply, failure) -> {
				report(failure);
				if (reply != null) {
					reportForeign(this.keys, (List<?>) reply.get(1));
				}
				this.left = (reply != null) ? (Long) reply.get(2) : 0;
				long due = (reply != null) ? (Long) reply.get(0) : -1;
				this.nextDue.in((due >= 0) ? Math.min(due, LONGEST_PAUSE) : LONGEST_PAUSE);
			});
	}

	/** Members that are no receipts, which no script deletes. */
	static void reportForeign(QueueKeys keys, List<?> members) {
		if (!members.isEmpty()) {
			logger.error(
					"{} members of '{}' or '{}' are not redis-broker's, and don't say which message they mean: {}. "
							+ "They are kept with the score +inf, and nothing comes of them; remove them by ZREM",
					members.size(), keys.leases(), keys.delayed(),
					members.stream().map((member) -> "'" + Reply.text(member) + "'").collect(Collectors.joining(", ")));
		}
	}

	private synchronized void report(@Nullable Throwable failure) {
		if (failure != null && !this.failing && !Failures.isTransient(failure)) {
			logger.warn("Delayed messages of queue '{}' stay where they are: {}", this.keys.queue(),
					failure.getMessage());
		}
		this.failing = failure != null;
	}

}
