package io.redisbroker.queue;

import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.RedisErrorException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes what was sent to be handled later into its queue when it is due, for listeners
 * that take what is in the list and lease nothing. Looks when the next message is due, as
 * far as is known, and from time to time. Thread-safe.
 */
final class DueMessages {

	private static final Logger logger = LoggerFactory.getLogger(DueMessages.class);

	private static final long LONGEST_PAUSE = 5000;

	private final RedisConnections connections;

	private final QueueKeys keys;

	private final QueueOrder order;

	private final ScheduledExecutorService timer;

	private @Nullable Runnable endSignals;

	private @Nullable ScheduledFuture<?> next;

	private boolean failing;

	DueMessages(RedisConnections connections, QueueKeys keys, QueueOrder order, ScheduledExecutorService timer) {
		this.connections = connections;
		this.keys = keys;
		this.order = order;
		this.timer = timer;
	}

	synchronized void open() {
		if (this.endSignals == null) {
			this.endSignals = this.connections.wakeUps().listen(this.keys.queue(), this::signalled);
			lookIn(0);
		}
	}

	synchronized void close() {
		if (this.endSignals != null) {
			this.endSignals.run();
			this.endSignals = null;
		}
		if (this.next != null) {
			this.next.cancel(false);
			this.next = null;
		}
	}

	private void signalled(String millis) {
		try {
			lookIn(Long.parseLong(millis));
		}
		catch (NumberFormatException ex) {
			// signals may have been missed
			lookIn(0);
		}
	}

	private synchronized void lookIn(long millis) {
		if (this.endSignals == null || (this.next != null && this.next.getDelay(TimeUnit.MILLISECONDS) <= millis)) {
			return;
		}
		if (this.next != null) {
			this.next.cancel(false);
		}
		this.next = this.timer.schedule(this::look, Math.min(millis, LONGEST_PAUSE), TimeUnit.MILLISECONDS);
	}

	private void look() {
		synchronized (this) {
			this.next = null;
		}
		this.connections.shared()
			.run(QueueScripts.PUSH_DUE, this.keys.all(), List.of(this.order.unpop()))
			.whenComplete((reply, failure) -> {
				report(failure);
				long due = (reply != null) ? (Long) reply.get(0) : -1;
				lookIn((due >= 0) ? due : LONGEST_PAUSE);
			});
	}

	private synchronized void report(@Nullable Throwable failure) {
		if (failure != null && !this.failing && !RedisErrorException.isTransient(failure)) {
			logger.warn("Delayed messages of queue '{}' stay where they are: {}", this.keys.queue(),
					failure.getMessage());
		}
		this.failing = failure != null;
	}

}
