package io.redisbroker.stream;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;

import io.redisbroker.client.Command;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.Reply;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.message.Delivery;
import io.redisbroker.retry.Backoff;
import io.redisbroker.settlement.Coalescer;
import io.redisbroker.settlement.Settlement;
import org.jspecify.annotations.Nullable;

/**
 * For deliveries that are nobody's, since nothing is acknowledged: there is nothing to
 * settle but dead letters, where they were asked for.
 */
final class UnownedSettlement implements Settlement {

	private final RedisConnection connection;

	private final ListenerSettings settings;

	private final @Nullable String group;

	private final Coalescer<List<Object>> letters;

	UnownedSettlement(RedisConnection connection, ListenerSettings settings, @Nullable String group,
			ScheduledExecutorService timer) {
		this.connection = connection;
		this.settings = settings;
		this.group = group;
		this.letters = new Coalescer<>(timer, Backoff.RECONNECT, (entries, repeated) -> write(entries));
	}

	@Override
	public CompletableFuture<Boolean> acknowledge(Delivery delivery) {
		return CompletableFuture.completedFuture(true);
	}

	@Override
	public CompletableFuture<Boolean> retry(Delivery delivery, Duration after) {
		return CompletableFuture.completedFuture(false);
	}

	@Override
	public CompletableFuture<Boolean> deadLetter(Delivery delivery, DeadLetter letter) {
		List<Object> entry = DeadLetterFields.of(delivery, letter, this.group);
		entry.add(0, this.settings.deadLettersOf(delivery.source()));
		return this.letters.submit(entry);
	}

	private CompletableFuture<Set<List<Object>>> write(List<List<Object>> entries) {
		return CompletableFuture.allOf(entries.stream().map((entry) -> {
			Command<String> command = Command.of("XADD", Reply.STRING).key((String) entry.get(0)).arg("*");
			entry.subList(1, entry.size()).forEach((field) -> {
				if (field instanceof byte[] bytes) {
					command.arg(bytes);
				}
				else {
					command.arg((String) field);
				}
			});
			return this.connection.send(command);
		}).toArray(CompletableFuture[]::new)).thenApply((nothing) -> Set.of());
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

}
