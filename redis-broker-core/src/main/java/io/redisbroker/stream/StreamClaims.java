package io.redisbroker.stream;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.WakeUps;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.deadletter.DeadLetterFields;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.message.Delivery;
import io.redisbroker.settlement.AckMode;
import io.redisbroker.settlement.OwnedSettlement;
import io.redisbroker.settlement.OwnedSettlement.Again;
import io.redisbroker.settlement.Takeovers;

/**
 * What a consumer of a group owns: an entry that is pending for it with the delivery
 * count it was received with.
 */
final class StreamClaims implements OwnedSettlement.Claims {

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
		List<Object> args = args(Takeovers.commonOf(deliveries, StreamContent::takeoverOf), firstTimes.size());
		args.addAll(firstTimes);
		args.addAll(others);
		return this.connection
			.run(StreamScripts.ACKNOWLEDGE,
					List.of(stream, this.membership.failuresOf(stream), this.membership.takeoversOf(stream)), args)
			.thenApply((reply) -> {
				this.takeovers.learnFrom(stream, reply);
				return reply;
			});
	}

	@Override
	public CompletableFuture<List<Object>> renew(String stream, List<Delivery> deliveries) {
		List<Object> args = args(deliveries.stream().map(StreamContent::entryIdOf).min(StreamIds.ORDER).orElseThrow(),
				deliveries.stream().map(StreamContent::entryIdOf).max(StreamIds.ORDER).orElseThrow());
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
		args.addAll(DeadLetterFields.of(delivery, letter, StreamTransport.SOURCE_TYPE, this.membership.group()));
		String letters = this.settings.deadLettersOf(delivery.source());
		return this.connection
			.run(StreamScripts.DEAD_LETTER,
					List.of(delivery.source(), this.membership.failuresOf(delivery.source()), letters), args)
			.thenApply((lists) -> {
				this.settings.retention().applyTo(this.connection, letters);
				return lists;
			});
	}

	@Override
	public CompletableFuture<Void> leave(Collection<Delivery> unstarted, Collection<Delivery> running) {
		Map<String, List<Delivery>> notBegun = OwnedSettlement.bySource(unstarted);
		Map<String, List<Delivery>> begun = OwnedSettlement.bySource(running);
		return CompletableFuture.allOf(this.membership.streams().stream().map((stream) -> {
			// by hand, the listener may have returned without settling
			boolean othersBegun = this.settings.ackMode() == AckMode.MANUAL;
			List<Object> args = args(Membership.PARKING, WakeUps.channel(stream), othersBegun ? 1 : 0);
			List<Delivery> back = notBegun.getOrDefault(stream, List.of());
			args.add(back.size());
			back.forEach((delivery) -> addClaim(args, delivery));
			begun.getOrDefault(stream, List.of()).forEach((delivery) -> args.add(StreamContent.entryIdOf(delivery)));
			return this.connection.run(StreamScripts.LEAVE, List.of(stream, this.membership.takeoversOf(stream)), args);
		}).toArray(CompletableFuture[]::new));
	}

	private List<Object> args(Object... more) {
		List<Object> args = new ArrayList<>(List.of(this.membership.group(), this.membership.consumer()));
		args.addAll(List.of(more));
		return args;
	}

	private static void addClaim(List<Object> args, Delivery delivery) {
		args.add(StreamContent.entryIdOf(delivery));
		args.add(delivery.deliveryCount());
	}

}
