package io.redisbroker.engine.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.client.Command;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.Reply;
import io.redisbroker.engine.settlement.Settlement;
import io.redisbroker.engine.write.Envelope;
import io.redisbroker.message.Delivery;
import io.redisbroker.queue.QueueEndpoint;

/**
 * Reads a queue at most once: {@code BLMPOP} waits, and takes messages off the list.
 * Messages that a consumer holds when it dies are gone.
 */
final class PoppingSource extends UnownedQueueSource {

	PoppingSource(RedisConnections connections, String queue, QueueEndpoint endpoint, Settlement settlement,
			DueMessages dueMessages) {
		super(connections, queue, endpoint, settlement, dueMessages);
	}

	@Override
	public CompletableFuture<List<Delivery>> receive(int max) {
		return read(max,
				(connection, wait, most) -> connection
					.send(Command.of("BLMPOP", Reply.ARRAY)
						.arg(QueueTransport.seconds(wait))
						.arg(1)
						.key(name())
						.arg(endpoint().order().end())
						.arg("COUNT")
						.arg(most)
						.waiting(wait))
					.thenApply(this::deliveries));
	}

	private List<Delivery> deliveries(List<Object> reply) {
		if (reply.size() < 2) {
			return List.of();
		}
		List<?> values = (List<?>) reply.get(1);
		List<Delivery> deliveries = new ArrayList<>(values.size());
		for (Object value : values) {
			deliveries.add(delivery(Envelope.decode((byte[]) value)));
		}
		return deliveries;
	}

}
