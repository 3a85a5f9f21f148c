package io.redisbroker.engine.queue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.redisbroker.client.Command;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.Reply;
import io.redisbroker.engine.settlement.Settlement;
import io.redisbroker.message.Delivery;
import io.redisbroker.queue.QueueEndpoint;

/**
 * Visits the items of a list in turn: {@code BLMOVE} takes one and puts it back at the
 * other end in the same step, so an item is never anywhere but in the list. One at a
 * time: other consumers would visit items that are read ahead.
 */
final class CircularSource extends UnownedQueueSource {

	private final ScheduledExecutorService timer;

	private volatile long lastTurn = System.nanoTime() - Duration.ofDays(1).toNanos();

	CircularSource(RedisConnections connections, String queue, QueueEndpoint endpoint, Settlement settlement,
			DueMessages dueMessages, ScheduledExecutorService timer) {
		super(connections, queue, endpoint, settlement, dueMessages);
		this.timer = timer;
	}

	@Override
	public Duration pause() {
		return endpoint().pause();
	}

	@Override
	public CompletableFuture<List<Delivery>> receive(int max) {
		long pause = this.lastTurn + endpoint().pause().toNanos() - System.nanoTime();
		if (pause <= 0) {
			return turn();
		}
		CompletableFuture<Void> paused = new CompletableFuture<>();
		this.timer.schedule(() -> paused.complete(null), pause, TimeUnit.NANOSECONDS);
		return paused.thenCompose((nothing) -> turn());
	}

	/** It reads one after the other, which says nothing of how many there are. */
	@Override
	public boolean isDrained(int brought, int max) {
		return brought < max;
	}

	private CompletableFuture<List<Delivery>> turn() {
		return read(1,
				(connection, wait, most) -> connection
					.send(Command.of("BLMOVE", Reply.ARRAY)
						.key(name())
						.key(name())
						.arg(endpoint().order().end())
						.arg(endpoint().order().otherEnd())
						.arg(QueueTransport.seconds(wait))
						.waiting(wait))
					.thenApply((reply) -> {
						if (reply.isEmpty() || reply.get(0) == null) {
							return List.of();
						}
						this.lastTurn = System.nanoTime();
						return List.of(delivery(QueueContent.unowned((byte[]) reply.get(0))));
					}));
	}

}
