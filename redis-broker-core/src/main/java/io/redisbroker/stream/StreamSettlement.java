package io.redisbroker.stream;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiFunction;
import java.util.function.Function;

import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.Script;
import io.redisbroker.client.WakeUps;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.deadletter.DeadLetterFields;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.message.Delivery;
import io.redisbroker.retry.Backoff;
import io.redisbroker.settlement.AckMode;
import io.redisbroker.settlement.Coalescer;
import io.redisbroker.settlement.Settlement;

/**
 * Settles what a consumer of a group holds. Each script first looks whether the entry is
 * pending for this consumer with the delivery count it was received with; that is what
 * keeps a consumer that was frozen from harming the one that took over.
 */
final class StreamSettlement implements Settlement {

	private static final int MOST_AT_ONCE = 1000;

	private final RedisConnection connection;

	private final Membership membership;

	private final ListenerSettings settings;

	private final Coalescer<Delivery> acknowledgments;

	private final Coalescer<Retry> retries;

	private final Coalescer<Letter> letters;

	StreamSettlement(RedisConnection connection, Membership membership, ListenerSettings settings,
			ScheduledExecutorService timer) {
		this.connection = connection;
		this.membership = membership;
		this.settings = settings;
		this.acknowledgments = new Coalescer<>(timer, Backoff.RECONNECT, (deliveries, repeated) -> lostOf(deliveries,
				repeated, (stream, some) -> runOn(StreamScripts.ACKNOWLEDGE, stream, some)));
		this.retries = new Coalescer<>(timer, Backoff.RECONNECT, this::runRetries);
		this.letters = new Coalescer<>(timer, Backoff.RECONNECT, this::writeLetters);
	}

	@Override
	public CompletableFuture<Boolean> acknowledge(Delivery delivery) {
		return this.acknowledgments.submit(delivery);
	}

	@Override
	public CompletableFuture<Boolean> retry(Delivery delivery, Duration after) {
		return this.retries.submit(new Retry(delivery, after));
	}

	@Override
	public CompletableFuture<Boolean> deadLetter(Delivery delivery, DeadLetter letter) {
		return this.letters.submit(new Letter(delivery, letter));
	}

	@Override
	public CompletableFuture<Renewal> renew(Collection<Delivery> deliveries) {
		Set<Delivery> taken = ConcurrentHashMap.newKeySet();
		Set<Delivery> gone = ConcurrentHashMap.newKeySet();
		return inBatches(deliveries, (stream, some) -> runOn(StreamScripts.RENEW, stream, some).thenAccept((lists) -> {
			taken.addAll(named((List<?>) lists.get(0), some));
			gone.addAll(named((List<?>) lists.get(1), some));
		})).thenApply((nothing) -> new Renewal(taken, gone));
	}

	@Override
	public CompletableFuture<Void> settled() {
		return CompletableFuture.allOf(this.acknowledgments.settled(), this.retries.settled(), this.letters.settled());
	}

	@Override
	public CompletableFuture<Void> leave(Collection<Delivery> unstarted, Collection<Delivery> running) {
		Map<String, List<Delivery>> notBegun = byStream(unstarted);
		Map<String, List<Delivery>> begun = byStream(running);
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

	private CompletableFuture<List<Object>> runOn(Script script, String stream, List<Delivery> deliveries) {
		List<Object> args = args(deliveries.stream().map(Delivery::id).min(StreamIds.ORDER).orElseThrow(),
				deliveries.stream().map(Delivery::id).max(StreamIds.ORDER).orElseThrow());
		deliveries.forEach((delivery) -> addClaim(args, delivery));
		return this.connection.run(script, List.of(stream), args);
	}

	private CompletableFuture<Set<Retry>> runRetries(List<Retry> batch, boolean repeated) {
		Map<Delivery, Duration> pauses = new LinkedHashMap<>();
		batch.forEach((retry) -> pauses.put(retry.delivery(), retry.after()));
		return lostOf(pauses.keySet(), repeated, (stream, some) -> {
			List<Object> args = args(Membership.PARKING);
			some.forEach((delivery) -> {
				addClaim(args, delivery);
				args.add(idleWhenDueIn(pauses.getOrDefault(delivery, Duration.ZERO)));
			});
			return this.connection.run(StreamScripts.RETRY, List.of(stream), args);
		}).thenApply((lost) -> pick(batch, lost, Retry::delivery));
	}

	/**
	 * An idle time that reaches the reclaim delay, which is also the longest pause, in
	 * time.
	 */
	private long idleWhenDueIn(Duration pause) {
		Duration whole = this.settings.reclaimDelay();
		return (pause.compareTo(whole) >= 0) ? 0 : whole.minus(pause).toMillis();
	}

	private CompletableFuture<Set<Letter>> writeLetters(List<Letter> batch, boolean repeated) {
		Set<Letter> lost = ConcurrentHashMap.newKeySet();
		return CompletableFuture.allOf(batch.stream().map((letter) -> {
			Delivery delivery = letter.delivery();
			List<Object> args = args(delivery.id(), delivery.deliveryCount());
			args.addAll(DeadLetterFields.of(delivery, letter.letter(), "stream", this.membership.group()));
			return this.connection
				.run(StreamScripts.DEAD_LETTER,
						List.of(delivery.source(), this.settings.deadLettersOf(delivery.source())), args)
				.thenAccept((lists) -> {
					if (!lost(lists, List.of(delivery), repeated).isEmpty()) {
						lost.add(letter);
					}
				});
		}).toArray(CompletableFuture[]::new)).thenApply((nothing) -> lost);
	}

	/** Runs a script, which returns the ids that are not ours. */
	private static CompletableFuture<Set<Delivery>> lostOf(Collection<Delivery> deliveries, boolean repeated,
			BiFunction<String, List<Delivery>, CompletableFuture<List<Object>>> script) {
		Set<Delivery> lost = ConcurrentHashMap.newKeySet();
		return inBatches(deliveries, (stream, some) -> script.apply(stream, some)
			.thenAccept((lists) -> lost.addAll(lost(lists, some, repeated)))).thenApply((nothing) -> lost);
	}

	/**
	 * What others have taken is lost, and so is what is gone, unless the command is
	 * repeated because its reply got lost: then it is what the first one has settled.
	 */
	private static Set<Delivery> lost(List<Object> takenAndGone, List<Delivery> deliveries, boolean repeated) {
		Set<Delivery> lost = new HashSet<>(named((List<?>) takenAndGone.get(0), deliveries));
		if (!repeated) {
			lost.addAll(named((List<?>) takenAndGone.get(1), deliveries));
		}
		return lost;
	}

	/** By stream, and never more than Redis' Lua can take on its stack. */
	private static CompletableFuture<Void> inBatches(Collection<Delivery> deliveries,
			BiFunction<String, List<Delivery>, CompletableFuture<Void>> work) {
		List<CompletableFuture<Void>> answers = new ArrayList<>();
		byStream(deliveries).forEach((stream, all) -> {
			for (int from = 0; from < all.size(); from += MOST_AT_ONCE) {
				answers.add(work.apply(stream, all.subList(from, Math.min(all.size(), from + MOST_AT_ONCE))));
			}
		});
		return (answers.size() == 1) ? answers.get(0)
				: CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new));
	}

	private static Set<Delivery> named(List<?> ids, List<Delivery> deliveries) {
		if (ids.isEmpty()) {
			return Set.of();
		}
		Set<String> names = new HashSet<>();
		ids.forEach((id) -> names.add(new String((byte[]) id, StandardCharsets.US_ASCII)));
		Set<Delivery> named = new HashSet<>(deliveries);
		named.removeIf((delivery) -> !names.contains(delivery.id()));
		return named;
	}

	private static <T> Set<T> pick(List<T> items, Set<Delivery> lost, Function<T, Delivery> delivery) {
		Set<T> picked = new HashSet<>(items);
		picked.removeIf((item) -> !lost.contains(delivery.apply(item)));
		return picked;
	}

	private static Map<String, List<Delivery>> byStream(Collection<Delivery> deliveries) {
		Map<String, List<Delivery>> byStream = new LinkedHashMap<>();
		deliveries.forEach(
				(delivery) -> byStream.computeIfAbsent(delivery.source(), (it) -> new ArrayList<>()).add(delivery));
		return byStream;
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

	private record Retry(Delivery delivery, Duration after) {
	}

	private record Letter(Delivery delivery, DeadLetter letter) {
	}

}
