package io.redisbroker.engine.queue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.redisbroker.client.Command;
import io.redisbroker.client.ReadSize;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.Reply;
import io.redisbroker.client.WaitingConnection;
import io.redisbroker.client.pubsub.WakeUps;
import io.redisbroker.engine.pull.OwningSource;
import io.redisbroker.engine.pull.ReclaimRoom;
import io.redisbroker.engine.settlement.Settlement;
import io.redisbroker.engine.settlement.Takeovers;
import io.redisbroker.engine.worker.ListenerRuntime;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.queue.QueueEndpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a queue at least once. A read is one write of two commands: {@code BLMOVE} waits
 * for a message and moves it to the claim list, and the script {@code receive}, which
 * Redis has by then, leases it together with others that wait. The message is in Redis at
 * every moment, and it is here one round trip after it was pushed. Should the connection
 * break between the two commands, the next {@code receive} of any consumer finds the
 * message in the claim list.
 */
final class LeasingSource extends OwningSource {

	private static final Logger logger = LoggerFactory.getLogger(LeasingSource.class);

	private final RedisConnections connections;

	private final WakeUps wakeUps;

	private final QueueKeys keys;

	private final QueueEndpoint endpoint;

	private final String owner;

	private final Takeovers takeovers;

	private final BrokerEvents events;

	private final WaitingConnection connection;

	private final ReadSize size;

	private final ReadSize reclaimSize;

	LeasingSource(RedisConnections connections, WakeUps wakeUps, QueueKeys keys, QueueEndpoint endpoint, String owner,
			Settlement settlement, Takeovers takeovers, ListenerRuntime runtime) {
		super(endpoint.settings(), settlement, runtime.timer());
		this.connections = connections;
		this.wakeUps = wakeUps;
		this.keys = keys;
		this.endpoint = endpoint;
		this.owner = owner;
		this.takeovers = takeovers;
		this.events = runtime.events();
		this.connection = new WaitingConnection(connections, keys.queue());
		this.size = connections.readSize(keys.queue(), 1, lease());
		this.reclaimSize = connections.readSize(keys.queue(), 1, lease());
	}

	@Override
	public String name() {
		return this.keys.queue();
	}

	@Override
	public String consumer() {
		return this.owner;
	}

	@Override
	public CompletableFuture<Void> open() {
		return QueueTransport.check(this.connections, name(), this.endpoint).thenRun(() -> {
			opened();
			this.connection.open();
		});
	}

	@Override
	protected CompletableFuture<List<Delivery>> doReceive(int max) {
		// known before asking: messages handed out from now on are ours by it
		String takeover = this.takeovers.lastOf(name());
		return this.size.read(max, (most, transfer) -> this.connection.read((connection, wait) -> {
			Command<List<Object>> move = Command.of("BLMOVE", Reply.ARRAY)
				.key(this.keys.queue())
				.key(this.keys.claim())
				.arg(this.endpoint.order().end())
				.arg("LEFT")
				.arg(QueueTransport.seconds(wait))
				.waiting(wait);
			List<Object> args = args(most);
			args.add(this.endpoint.order().pop());
			return transfer.over(connection).runAfter(move, QueueScripts.RECEIVE, this.keys.all(), args);
		}).thenApply((reply) -> firstDeliveries(reply, takeover)));
	}

	private List<Delivery> firstDeliveries(List<Object> reply, String takeover) {
		if (reply.isEmpty()) {
			return List.of();
		}
		String time = Reply.text(reply.get(0));
		long handout = number(reply.get(1));
		List<Delivery> deliveries = new ArrayList<>(reply.size() - 2);
		for (Object value : reply.subList(2, reply.size())) {
			deliveries.add(QueueContent.firstDelivery(this.keys.queue(), time, handout++, this.owner, (byte[]) value,
					takeover));
		}
		return deliveries;
	}

	@Override
	public boolean isDrained(int brought, int max) {
		return this.size.isDrained(brought);
	}

	@Override
	protected CompletableFuture<List<Delivery>> doRecover(Collection<Delivery> held, int max) {
		return this.size.read(max, (most, transfer) -> this.connection.ask((connection) -> {
			List<Object> args = args(most);
			args.addAll(QueueClaims.receipts(held));
			return transfer.over(connection).run(QueueScripts.RECOVER, this.keys.all(), args);
		}).thenApply((found) -> deliveries(found, Takeovers.UNKNOWN)));
	}

	@Override
	protected boolean mayRecoverMore(int recovered, int max) {
		return !this.size.isDrained(recovered);
	}

	@Override
	protected CompletableFuture<List<Delivery>> doReclaim(ReclaimRoom room, boolean anew) {
		return this.reclaimSize.read(room.most(),
				(most, transfer) -> this.connections.bulk(this.keys.queue(), (connection) -> {
					List<Object> args = args(most);
					args.add(room.abandoned());
					args.add(room.suspects());
					args.add(room.overdue());
					return transfer.over(connection).run(QueueScripts.RECLAIM, this.keys.all(), args);
				}).thenApply(this::takenOver));
	}

	private List<Delivery> takenOver(List<Object> reply) {
		dueIn(number(reply.get(0)));
		reportDeleted((int) number(reply.get(1)));
		DueMessages.reportForeign(this.keys, (List<?>) reply.get(3));
		return deliveries((List<?>) reply.get(4), this.takeovers.learnFrom(name(), reply));
	}

	private List<Delivery> deliveries(List<?> receiptsAndValues, String takeover) {
		List<Delivery> deliveries = new ArrayList<>(receiptsAndValues.size() / 2);
		for (int i = 0; i < receiptsAndValues.size(); i += 2) {
			deliveries.add(QueueContent.delivery(this.keys.queue(), (byte[]) receiptsAndValues.get(i),
					(byte[]) receiptsAndValues.get(i + 1), takeover));
		}
		return deliveries;
	}

	private void reportDeleted(int messages) {
		if (messages > 0) {
			this.events.trimmed(this.endpoint.id(), this.keys.queue(), messages);
			logger.warn("{} messages of queue '{}' were deleted from Redis before they were handled", messages,
					this.keys.queue());
		}
	}

	@Override
	protected Runnable listenForSignals(Consumer<String> listener) {
		return this.wakeUps.listen(this.keys.queue(), listener);
	}

	@Override
	public CompletableFuture<Void> close() {
		closing();
		return this.connection.close();
	}

	private List<Object> args(int max) {
		return new ArrayList<>(List.of(this.owner, this.endpoint.settings().reclaimDelay().toMillis(), max));
	}

	private static long number(Object value) {
		return Long.parseLong(Reply.text(value));
	}

}
