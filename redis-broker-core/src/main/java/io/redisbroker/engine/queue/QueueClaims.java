package io.redisbroker.engine.queue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.pubsub.WakeUps;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.engine.settlement.DeadLetterFields;
import io.redisbroker.engine.settlement.OwnedSettlement;
import io.redisbroker.engine.settlement.OwnedSettlement.Again;
import io.redisbroker.engine.settlement.RetainedLetters;
import io.redisbroker.engine.settlement.Takeovers;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.message.Delivery;
import io.redisbroker.message.TransportType;
import io.redisbroker.queue.QueueOrder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A message that a consumer of a queue owns: a message whose receipt stands among the
 * leases.
 */
final class QueueClaims implements OwnedSettlement.Claims {

	private static final Logger logger = LoggerFactory.getLogger(QueueClaims.class);

	private final RedisConnection connection;

	private final QueueKeys keys;

	private final QueueOrder order;

	private final String owner;

	private final Takeovers takeovers;

	private final ListenerSettings settings;

	QueueClaims(RedisConnection connection, QueueKeys keys, QueueOrder order, String owner, Takeovers takeovers,
			ListenerSettings settings) {
		this.connection = connection;
		this.keys = keys;
		this.order = order;
		this.owner = owner;
		this.takeovers = takeovers;
		this.settings = settings;
	}

	@Override
	public String nameOf(Delivery delivery) {
		return QueueContent.receiptOf(delivery);
	}

	@Override
	public CompletableFuture<List<Object>> acknowledge(String queue, List<Delivery> deliveries) {
		List<Object> args = new ArrayList<>(1 + 2 * deliveries.size());
		args.add(Takeovers.commonOf(deliveries, QueueContent::takeoverOf));
		args.addAll(receipts(deliveries));
		deliveries.forEach((delivery) -> args.add(delivery.id()));
		return this.connection.run(QueueScripts.ACKNOWLEDGE, this.keys.all(), args).thenApply((reply) -> {
			this.takeovers.learnFrom(queue, reply);
			reportSettledBefore(queue, (Long) reply.get(3));
			return reply;
		});
	}

	@Override
	public CompletableFuture<List<Object>> renew(String queue, List<Delivery> deliveries) {
		List<Object> args = args(this.settings.reclaimDelay().toMillis());
		args.addAll(receipts(deliveries));
		return this.connection.run(QueueScripts.RENEW, this.keys.all(), args);
	}

	@Override
	public CompletableFuture<List<Object>> retry(String queue, List<Again> deliveries) {
		List<Object> args = args(WakeUps.channel(queue));
		deliveries.forEach((each) -> {
			args.add(QueueContent.receiptOf(each.delivery()));
			args.add(each.after().toMillis());
			args.add(each.failed() ? 1 : 0);
		});
		return this.connection.run(QueueScripts.RETRY, this.keys.all(), args);
	}

	@Override
	public CompletableFuture<List<Object>> deadLetter(Delivery delivery, DeadLetter letter) {
		List<Object> args = args(QueueContent.receiptOf(delivery));
		args.addAll(DeadLetterFields.of(delivery, letter, TransportType.QUEUE, null));
		String letters = this.settings.deadLettersOf(delivery.source());
		return this.connection.run(QueueScripts.DEAD_LETTER, this.keys.allAnd(letters), args).thenApply((lists) -> {
			RetainedLetters.limit(this.settings.retention(), this.connection, letters);
			return lists;
		});
	}

	@Override
	public CompletableFuture<List<Object>> handBack(String queue, List<Delivery> unstarted) {
		return handBack(unstarted, List.of(), false);
	}

	@Override
	public CompletableFuture<Void> leave(Collection<Delivery> unstarted, Collection<Delivery> held) {
		return handBack(unstarted, held, true).thenApply((handedBack) -> null);
	}

	private CompletableFuture<List<Object>> handBack(Collection<Delivery> unstarted, Collection<Delivery> held,
			boolean leaves) {
		List<Object> args = args(this.owner, WakeUps.channel(this.keys.queue()), this.order.unpop(), leaves ? 1 : 0,
				unstarted.size());
		args.addAll(receipts(unstarted));
		args.addAll(receipts(held));
		return this.connection.run(QueueScripts.LEAVE, this.keys.all(), args);
	}

	private static void reportSettledBefore(String queue, long messages) {
		if (messages > 0) {
			logger.info("{} acknowledged messages of queue '{}' were not among its leases any more: they were deleted "
					+ "by hand, or a reply got lost", messages, queue);
		}
	}

	static List<String> receipts(Collection<Delivery> deliveries) {
		return deliveries.stream().map(QueueContent::receiptOf).toList();
	}

	private static List<Object> args(Object... first) {
		return new ArrayList<>(List.of(first));
	}

}
