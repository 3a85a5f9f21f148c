package io.redisbroker.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.Script;
import io.redisbroker.client.WakeUps;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.deadletter.DeadLetterFields;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.message.Delivery;
import io.redisbroker.settlement.AckMode;
import io.redisbroker.settlement.OwnedSettlement;

/**
 * What a consumer of a group owns: an entry that is pending for it with the delivery
 * count it was received with.
 */
final class StreamClaims implements OwnedSettlement.Claims {

	private final RedisConnection connection;

	private final Membership membership;

	private final ListenerSettings settings;

	StreamClaims(RedisConnection connection, Membership membership, ListenerSettings settings) {
		this.connection = connection;
		this.membership = membership;
		this.settings = settings;
	}

	@Override
	public String nameOf(Delivery delivery) {
		return delivery.id();
	}

	@Override
	public CompletableFuture<List<Object>> acknowledge(String stream, List<Delivery> deliveries) {
		return runOn(StreamScripts.ACKNOWLEDGE, stream, deliveries);
	}

	@Override
	public CompletableFuture<List<Object>> renew(String stream, List<Delivery> deliveries) {
		return runOn(StreamScripts.RENEW, stream, deliveries);
	}

	private CompletableFuture<List<Object>> runOn(Script script, String stream, List<Delivery> deliveries) {
		List<Object> args = args(deliveries.stream().map(Delivery::id).min(StreamIds.ORDER).orElseThrow(),
				deliveries.stream().map(Delivery::id).max(StreamIds.ORDER).orElseThrow());
		deliveries.forEach((delivery) -> addClaim(args, delivery));
		return this.connection.run(script, List.of(stream), args);
	}

	@Override
	public CompletableFuture<List<Object>> retry(String stream, Map<Delivery, Duration> pauses) {
		List<Object> args = args(Membership.PARKING);
		pauses.forEach((delivery, pause) -> {
			addClaim(args, delivery);
			args.add(idleWhenDueIn(pause));
		});
		return this.connection.run(StreamScripts.RETRY, List.of(stream), args);
	}

	/**
	 * An idle time that reaches the reclaim delay, which is also the longest pause, in
	 * time.
	 */
	private long idleWhenDueIn(Duration pause) {
		Duration whole = this.settings.reclaimDelay();
		return (pause.compareTo(whole) >= 0) ? 0 : whole.minus(pause).toMillis();
	}

	@Override
	public CompletableFuture<List<Object>> deadLetter(Delivery delivery, DeadLetter letter) {
		List<Object> args = args(delivery.id(), delivery.deliveryCount());
		args.addAll(DeadLetterFields.of(delivery, letter, StreamTransport.SOURCE_TYPE, this.membership.group()));
		return this.connection.run(StreamScripts.DEAD_LETTER,
				List.of(delivery.source(), this.settings.deadLettersOf(delivery.source())), args);
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
			begun.getOrDefault(stream, List.of()).forEach((delivery) -> args.add(delivery.id()));
			return this.connection.run(StreamScripts.LEAVE, List.of(stream), args);
		}).toArray(CompletableFuture[]::new));
	}

	private List<Object> args(Object... more) {
		List<Object> args = new ArrayList<>(List.of(this.membership.group(), this.membership.consumer()));
		args.addAll(List.of(more));
		return args;
	}

	private static void addClaim(List<Object> args, Delivery delivery) {
		args.add(delivery.id());
		args.add(delivery.deliveryCount());
	}

}
