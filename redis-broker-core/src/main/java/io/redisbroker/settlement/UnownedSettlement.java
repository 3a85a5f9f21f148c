package io.redisbroker.settlement;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

import io.redisbroker.client.Command;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.Reply;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.message.Delivery;
import io.redisbroker.retry.Backoff;

/**
 * For deliveries that are nobody's, since nothing is acknowledged: there is nothing to
 * settle but dead letters, where they were asked for. To ask for another delivery is in
 * vain.
 *
 * @since 0.1.0
 */
public final class UnownedSettlement implements Settlement {

	private final RedisConnection connection;

	private final BiFunction<Delivery, DeadLetter, List<Object>> fields;

	private final UnaryOperator<String> deadLettersOf;

	private final Coalescer<List<Object>> letters;

	/**
	 * Creates a settlement.
	 * @param connection writes the dead letters
	 * @param fields makes the entry of a dead letter
	 * @param deadLettersOf names the stream for the dead letters of a source
	 * @param timer times repeated tries
	 */
	public UnownedSettlement(RedisConnection connection, BiFunction<Delivery, DeadLetter, List<Object>> fields,
			UnaryOperator<String> deadLettersOf, ScheduledExecutorService timer) {
		this.connection = connection;
		this.fields = fields;
		this.deadLettersOf = deadLettersOf;
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
		List<Object> entry = new ArrayList<>();
		entry.add(this.deadLettersOf.apply(delivery.source()));
		entry.addAll(this.fields.apply(delivery, letter));
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
