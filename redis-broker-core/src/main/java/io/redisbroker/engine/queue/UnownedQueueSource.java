package io.redisbroker.engine.queue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

import io.redisbroker.client.ReadSize;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.WaitingConnection;
import io.redisbroker.engine.pull.UnownedSource;
import io.redisbroker.engine.settlement.Settlement;
import io.redisbroker.message.Delivery;
import io.redisbroker.queue.QueueEndpoint;

/**
 * A queue whose messages are not leased.
 */
abstract class UnownedQueueSource extends UnownedSource {

	private final RedisConnections connections;

	private final String queue;

	private final QueueEndpoint endpoint;

	private final WaitingConnection connection;

	private final ReadSize size;

	private final DueMessages dueMessages;

	private final AtomicLong lastId = new AtomicLong();

	UnownedQueueSource(RedisConnections connections, String queue, QueueEndpoint endpoint, Settlement settlement,
			DueMessages dueMessages) {
		super(settlement);
		this.connections = connections;
		this.queue = queue;
		this.endpoint = endpoint;
		this.connection = new WaitingConnection(connections, queue);
		this.size = connections.readSize(queue, 1, Duration.ZERO);
		this.dueMessages = dueMessages;
	}

	@Override
	public final String name() {
		return this.queue;
	}

	final QueueEndpoint endpoint() {
		return this.endpoint;
	}

	/** Waits in Redis for this many messages at most. */
	final CompletableFuture<List<Delivery>> read(int max, Waiting waiting) {
		return this.size.read(max, (most, transfer) -> this.connection
			.read((connection, wait) -> waiting.read(transfer.over(connection), wait, most)));
	}

	@Override
	public boolean isDrained(int brought, int max) {
		return this.size.isDrained(brought);
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

	/** How messages are read. */
	interface Waiting {

		CompletableFuture<List<Delivery>> read(RedisConnection connection, Duration wait, int most);

	}

}
