package io.redisbroker.queue;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.redisbroker.client.Command;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.Reply;
import io.redisbroker.client.WaitingConnection;
import io.redisbroker.listener.UnownedSource;
import io.redisbroker.message.Delivery;
import io.redisbroker.settlement.Settlement;

/**
 * Visits the items of a list in turn: {@code BLMOVE} takes one and puts it back at the
 * other end in the same step, so an item is never anywhere but in the list. One at a
 * time: what is read ahead would be visited by others meanwhile.
 */
final class CircularSource extends UnownedSource {

	private final RedisConnections connections;

	private final QueueKeys keys;

	private final QueueEndpoint endpoint;

	private final ScheduledExecutorService timer;

	private final WaitingConnection connection;

	private final RunningIds ids = new RunningIds();

	private volatile long lastTurn = System.nanoTime() - Duration.ofDays(1).toNanos();

	CircularSource(RedisConnections connections, QueueKeys keys, QueueEndpoint endpoint, Settlement settlement,
			ScheduledExecutorService timer) {
		super(settlement);
		this.connections = connections;
		this.keys = keys;
		this.endpoint = endpoint;
		this.timer = timer;
		this.connection = new WaitingConnection(connections, keys.queue());
	}

	@Override
	public String name() {
		return this.keys.queue();
	}

	@Override
	public CompletableFuture<Void> open() {
		return QueueTransport.check(this.connections, this.keys, this.endpoint.id()).thenRun(this.connection::open);
	}

	@Override
	public CompletableFuture<List<Delivery>> receive(int max, Supplier<Collection<Delivery>> held) {
		long pause = this.lastTurn + this.endpoint.pause().toNanos() - System.nanoTime();
		if (pause <= 0) {
			return turn();
		}
		CompletableFuture<Void> paused = new CompletableFuture<>();
		this.timer.schedule(() -> paused.complete(null), pause, TimeUnit.NANOSECONDS);
		return paused.thenCompose((nothing) -> turn());
	}

	private CompletableFuture<List<Delivery>> turn() {
		return this.connection.read((connection,
				wait) -> connection.send(Command.of("BLMOVE", Reply.ARRAY)
					.key(this.keys.queue())
					.key(this.keys.queue())
					.arg(this.endpoint.order().end())
					.arg(this.endpoint.order().otherEnd())
					.arg(QueueTransport.seconds(wait))
					.waiting(wait)))
			.thenApply((reply) -> {
				if (reply.isEmpty() || reply.get(0) == null) {
					return List.of();
				}
				this.lastTurn = System.nanoTime();
				return List.of(new Delivery(this.keys.queue(), this.ids.next(), 1,
						QueueContent.of((byte[]) reply.get(0), "")));
			});
	}

	@Override
	public CompletableFuture<Void> close() {
		return this.connection.close();
	}

}
