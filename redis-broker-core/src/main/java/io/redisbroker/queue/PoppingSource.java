package io.redisbroker.queue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.redisbroker.client.Command;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.Reply;
import io.redisbroker.client.WaitingConnection;
import io.redisbroker.converter.Envelope;
import io.redisbroker.listener.UnownedSource;
import io.redisbroker.message.Delivery;
import io.redisbroker.settlement.Settlement;

/**
 * Reads a queue at most once: {@code BLMPOP} waits, and takes what is there. Whatever the
 * consumer holds when it dies is gone.
 */
final class PoppingSource extends UnownedSource {

	private final RedisConnections connections;

	private final QueueKeys keys;

	private final QueueEndpoint endpoint;

	private final WaitingConnection connection;

	private final RunningIds ids = new RunningIds();

	PoppingSource(RedisConnections connections, QueueKeys keys, QueueEndpoint endpoint, Settlement settlement) {
		super(settlement);
		this.connections = connections;
		this.keys = keys;
		this.endpoint = endpoint;
		this.connection = new WaitingConnection(connections, keys.queue());
	}

	@Override
	public String name() {
		return this.keys.queue();
	}

	@Override
	public CompletableFuture<Void> open() {
		return QueueTransport.checkPopping(this.connections, this.endpoint.id())
			.thenCompose((nothing) -> QueueTransport.check(this.connections, this.keys, this.endpoint.id()))
			.thenRun(this.connection::open);
	}

	@Override
	public CompletableFuture<List<Delivery>> receive(int max, Supplier<Collection<Delivery>> held) {
		return this.connection.read((connection,
				wait) -> connection.send(Command.of("BLMPOP", Reply.ARRAY)
					.arg(QueueTransport.seconds(wait))
					.arg(1)
					.key(this.keys.queue())
					.arg(this.endpoint.order().end())
					.arg("COUNT")
					.arg(max)
					.waiting(wait)))
			.thenApply(this::deliveries);
	}

	private List<Delivery> deliveries(List<Object> reply) {
		if (reply.size() < 2) {
			return List.of();
		}
		List<?> values = (List<?>) reply.get(1);
		List<Delivery> deliveries = new ArrayList<>(values.size());
		for (Object value : values) {
			deliveries.add(new Delivery(this.keys.queue(), this.ids.next(), 1, Envelope.decode((byte[]) value)));
		}
		return deliveries;
	}

	@Override
	public CompletableFuture<Void> close() {
		return this.connection.close();
	}

}
