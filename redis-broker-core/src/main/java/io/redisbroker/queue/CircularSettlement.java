package io.redisbroker.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;

import io.redisbroker.client.RedisConnection;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.deadletter.DeadLetterFields;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.message.Delivery;
import io.redisbroker.retry.Backoff;
import io.redisbroker.settlement.Coalescer;
import io.redisbroker.settlement.Settlement;

/**
 * For items that never left their list: however a visit ends, the next one comes. Only a
 * dead letter takes an item out.
 */
final class CircularSettlement implements Settlement {

	private final RedisConnection connection;

	private final QueueKeys keys;

	private final ListenerSettings settings;

	private final Coalescer<Letter> letters;

	CircularSettlement(RedisConnection connection, QueueKeys keys, ListenerSettings settings,
			ScheduledExecutorService timer) {
		this.connection = connection;
		this.keys = keys;
		this.settings = settings;
		this.letters = new Coalescer<>(timer, Backoff.RECONNECT, this::write);
	}

	@Override
	public CompletableFuture<Boolean> acknowledge(Delivery delivery) {
		return CompletableFuture.completedFuture(true);
	}

	@Override
	public CompletableFuture<Boolean> retry(Delivery delivery, Duration after) {
		return CompletableFuture.completedFuture(true);
	}

	@Override
	public CompletableFuture<Boolean> deadLetter(Delivery delivery, DeadLetter letter) {
		return this.letters.submit(new Letter(delivery, letter));
	}

	private CompletableFuture<Set<Letter>> write(List<Letter> batch, boolean repeated) {
		Set<Letter> lost = ConcurrentHashMap.newKeySet();
		return CompletableFuture.allOf(batch.stream().map((letter) -> {
			Delivery delivery = letter.delivery();
			List<Object> args = new ArrayList<>(List.of(QueueContent.valueOf(delivery)));
			args.addAll(DeadLetterFields.of(delivery, letter.letter(), QueueTransport.SOURCE_TYPE, null));
			List<String> keys = List.of(this.keys.queue(), this.settings.deadLettersOf(delivery.source()));
			return this.connection.run(QueueScripts.TAKE_OUT, keys, args).thenAccept((removed) -> {
				if (removed.isEmpty() && !repeated) {
					lost.add(letter);
				}
			});
		}).toArray(CompletableFuture[]::new)).thenApply((nothing) -> lost);
	}

	@Override
	public CompletableFuture<Renewal> renew(Collection<Delivery> deliveries) {
		return CompletableFuture.completedFuture(Renewal.COMPLETE);
	}

	@Override
	public CompletableFuture<Void> settled() {
		return this.letters.settled();
	}

	@Override
	public CompletableFuture<Void> leave(Collection<Delivery> unstarted, Collection<Delivery> running) {
		return CompletableFuture.completedFuture(null);
	}

	private record Letter(Delivery delivery, DeadLetter letter) {
	}

}
