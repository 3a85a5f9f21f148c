package io.redisbroker.queue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;

import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.WaitingConnection;
import io.redisbroker.listener.UnownedSource;
import io.redisbroker.message.Delivery;
import io.redisbroker.settlement.Settlement;

/**
 * A queue whose messages are not leased.
 */
abstract class UnownedQueueSource extends UnownedSource {

	private final RedisConnections connections;

	private final String queue;

	private final QueueEndpoint endpoint;

	private final WaitingConnection connection;

	private final DueMessages dueMessages;

	private final AtomicLong lastId = new AtomicLong();

	UnownedQueueSource(RedisConnections connections, String queue, QueueEndpoint endpoint, Settlement settlement,
			ScheduledExecutorService timer) {
		super(settlement);
		this.connections = connections;
		this.queue = queue;
		this.endpoint = endpoint;
		this.connection = new WaitingConnection(connections, queue);
		this.dueMessages = new DueMessages(connections, new QueueKeys(queue), endpoint.order(), timer);
	}

	@Override
	public final String name() {
		return this.queue;
	}

	final QueueEndpoint endpoint() {
		return this.endpoint;
	}

	final WaitingConnection connection() {
		return this.connection;
	}

	/**
	 * Redis does not number these messages: the id only tells them apart, in this
	 * process.
	 */
	final Delivery delivery(Delivery.Content content) {
		return new Delivery(this.queue, System.currentTimeMillis() + "-" + this.lastId.incrementAndGet(), 1, content);
	}

	@Override
	public CompletableFuture<Void> open() {
		return QueueTransport.check(this.connections, this.queue, this.endpoint).thenRun(() -> {
			this.connection.open();
			this.dueMessages.open();
		});
	}

	@Override
	public final CompletableFuture<Void> close() {
		this.dueMessages.close();
		return this.connection.close();
	}

}
