package io.redisbroker.engine.stream;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An entry that a consumer of a group owns: an entry that is pending for it with the
 * delivery count it was received with.
 */
final class StreamClaims implements OwnedSettlement.Claims {

	private static final Logger logger = LoggerFactory.getLogger(StreamClaims.class);

	private final RedisConnection connection;

	private final Membership membership;

	private final Takeovers takeovers;

	private final ListenerSettings settings;

	StreamClaims(RedisConnection connection, Membership membership, Takeovers takeovers, ListenerSettings settings) {
		this.connection = connection;
		this.membership = membership;
		this.takeovers = takeovers;
		this.settings = settings;
	}

	@Override
	public String nameOf(Delivery delivery) {
		return StreamContent.entryIdOf(delivery);
	}

	@Override
	public Comparator<Delivery> order() {
		return Comparator.comparing(StreamContent::entryIdOf, StreamIds.ORDER);
	}

	@Override
	public CompletableFuture<List<Object>> acknowledge(String stream, List<Delivery> deliveries) {
		List<Object> firstTimes = new ArrayList<>(deliveries.size());
		List<Object> others = new ArrayList<>();
		for (Delivery delivery : deliveries) {
			if (StreamContent.isFirstRead(delivery)) {
				firstTimes.add(StreamContent.entryIdOf(delivery));
			}
			else {
				addClaim(others, delivery);
			}
		}
		List<Object> args = args(Membership.PARKING, Takeovers.commonOf(deliveries, StreamContent::takeoverOf));
		addRange(args, deliveries);
		args.add(firstTimes.size());
		args.addAll(firstTimes);
		args.addAll(others);
		return this.connection
			.run(StreamScripts.ACKNOWLEDGE,
					List.of(stream, this.membership.failuresOf(stream), this.membership.takeoversOf(stream)), args)
			.thenApply((reply) -> {
				this.takeovers.learnFrom(stream, reply);
				reportSettledBefore(stream, (Long) reply.get(3));
				return reply;
			});
	}

	@Override
	public CompletableFuture<List<Object>> renew(String stream, List<Delivery> deliveries) {
		List<Object> args = args();
		addRange(args, deliveries);
		deliveries.forEach((delivery) -> addClaim(args, delivery));
		return this.connection.run(StreamScripts.RENEW, List.of(stream), args);
	}

	@Override
	public CompletableFuture<List<Object>> retry(String stream, List<Again> deliveries) {
		List<Object> args = args(Membership.PARKING, WakeUps.channel(stream));
		deliveries.forEach((each) -> {
			addClaim(args, each.delivery());
			args.add(each.after().toMillis());
			args.add(each.failed() ? 1 : 0);
		});
		return this.connection.run(StreamScripts.RETRY,
				List.of(stream, this.membership.retriesOf(stream), this.membership.failuresOf(stream)), args);
	}

	@Override
	public CompletableFuture<List<Object>> deadLetter(Delivery delivery, DeadLetter letter) {
		List<Object> args = args(StreamContent.entryIdOf(delivery), delivery.deliveryCount());
		args.addAll(DeadLetterFields.of(delivery, letter, TransportType.STREAM, this.membership.group()));
		String letters = this.settings.deadLettersOf(delivery.source());
		return this.connection
			.run(StreamScripts.DEAD_LETTER,
					List.of(delivery.source(), this.membership.failuresOf(delivery.source()), letters), args)
			.thenApply((lists) -> {
				RetainedLetters.limit(this.settings.retention(), this.connection, letters);
				return lists;
			});
	}

	@Override
	public CompletableFuture<List<Object>> handBack(String stream, List<Delivery> unstarted) {
		return handBack(stream, unstarted, List.of(), false);
	}

	@Override
	public CompletableFuture<Void> leave(Collection<Delivery> unstarted, Collection<Delivery> held) {
		Map<String, List<Delivery>> notBegun = OwnedSettlement.bySource(unstarted);
		Map<String, List<Delivery>> kept = OwnedSettlement.bySource(held);
		return CompletableFuture.allOf(this.membership.streams()
			.stream()
			.map((stream) -> handBack(stream, notBegun.getOrDefault(stream, List.of()),
					kept.getOrDefault(stream, List.of()), true))
			.toArray(CompletableFuture[]::new));
	}

	private CompletableFuture<List<Object>> handBack(String stream, List<Delivery> unstarted, List<Delivery> held,
			boolean leaves) {
		List<Object> args = args(Membership.PARKING, WakeUps.channel(stream), leaves ? 1 : 0, unstarted.size());
		unstarted.forEach((delivery) -> addClaim(args, delivery));
		held.forEach((delivery) -> args.add(StreamContent.entryIdOf(delivery)));
		return this.connection.run(StreamScripts.LEAVE, List.of(stream, this.membership.takeoversOf(stream)), args);
	}

	private List<Object> args(Object... more) {
		List<Object> args = new ArrayList<>(List.of(this.membership.group(), this.membership.consumer()));
		args.addAll(List.of(more));
		return args;
	}

	private void reportSettledBefore(String stream, long entries) {
		if (entries > 0) {
			logger.info(
					"{} acknowledged entries of stream '{}' were not pending for group '{}' any more: they were "
							+ "acknowledged by hand, or their consumer was deleted, or a reply got lost",
					entries, stream, this.membership.group());
		}
	}

	/** The first and the last id. Deliveries mostly come in the order of their ids. */
	private static void addRange(List<Object> args, List<Delivery> deliveries) {
		String first = StreamContent.entryIdOf(deliveries.get(0));
		String last = first;
		for (Delivery delivery : deliveries) {
			String id = StreamContent.entryIdOf(delivery);
			if (StreamIds.ORDER.compare(id, last) > 0) {
				last = id;
			}
			else if (StreamIds.ORDER.compare(id, first) < 0) {
				first = id;
			}
		}
		args.add(first);
		args.add(last);
	}

	private static void addClaim(List<Object> args, Delivery delivery) {
		args.add(StreamContent.entryIdOf(delivery));
		args.add(delivery.deliveryCount());
	}

}
