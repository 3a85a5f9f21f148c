package io.redisbroker.engine.settlement;

import java.time.Duration;
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
import io.redisbroker.deadletter.DeadLetterRetention;
import io.redisbroker.message.Delivery;

/**
 * For deliveries without an owner, since they are not acknowledged: only dead letters are
 * written, where they were asked for. A retry is not possible.
 */
public class UnownedSettlement implements Settlement {

	private final RedisConnection connection;

	private final BiFunction<Delivery, DeadLetter, List<Object>> fields;

	private final UnaryOperator<String> deadLettersOf;

	private final DeadLetterRetention retention;

	private final LetterWriter letters;

	private volatile Refusals refusals = Refusals.NONE;

	/**
	 * Creates a settlement.
	 * @param connection writes the dead letters
	 * @param fields returns the entry of a dead letter
	 * @param deadLettersOf names the stream for the dead letters of a source
	 * @param retention how long dead letters are kept
	 * @param timer for the pauses between tries
	 */
	public UnownedSettlement(RedisConnection connection, BiFunction<Delivery, DeadLetter, List<Object>> fields,
			UnaryOperator<String> deadLettersOf, DeadLetterRetention retention, ScheduledExecutorService timer) {
		this.connection = connection;
		this.fields = fields;
		this.deadLettersOf = deadLettersOf;
		this.retention = retention;
		this.letters = new LetterWriter(this::write, timer, () -> this.refusals, this::isRepeated);
	}

	/**
	 * Tells whether a dead letter that was not written is tried again.
	 * @param failure the cause
	 * @return whether it is
	 */
	protected boolean isRepeated(Throwable failure) {
		return Refusals.isRefusal(failure);
	}

	@Override
	public void reportTo(Refusals refusals) {
		this.refusals = refusals;
	}

	@Override
	public void acknowledge(Delivery delivery, Outcome outcome) {
		outcome.settled(true);
	}

	@Override
	public CompletableFuture<Boolean> retry(Delivery delivery, Duration after) {
		return CompletableFuture.completedFuture(false);
	}

	@Override
	public CompletableFuture<Boolean> deadLetter(Delivery delivery, DeadLetter letter) {
		return this.letters.write(delivery, letter);
	}

	private CompletableFuture<Boolean> write(Delivery delivery, DeadLetter letter, boolean repeated) {
		String into = this.deadLettersOf.apply(delivery.source());
		return write(into, DeadLetterFields.unacknowledged(this.fields.apply(delivery, letter)), delivery)
			.thenApply((written) -> {
				RetainedLetters.limit(this.retention, this.connection, into);
				return written || repeated;
			});
	}

	/**
	 * Writes a dead letter.
	 * @param letters the stream of the dead letters
	 * @param fields its fields, names and values in turn
	 * @param delivery the delivery that could not be handled
	 * @return whether it was still there to be written
	 */
	protected CompletableFuture<Boolean> write(String letters, List<Object> fields, Delivery delivery) {
		Command<String> command = Command.of("XADD", Reply.STRING).key(letters).arg("*");
		fields.forEach((field) -> {
			if (field instanceof byte[] bytes) {
				command.arg(bytes);
			}
			else {
				command.arg((String) field);
			}
		});
		return this.connection.send(command).thenApply((id) -> true);
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
	public CompletableFuture<Set<Delivery>> handBack(Collection<Delivery> unstarted) {
		return CompletableFuture.completedFuture(Set.of());
	}

	@Override
	public CompletableFuture<Void> leave(Collection<Delivery> unstarted, Collection<Delivery> held) {
		return CompletableFuture.completedFuture(null);
	}

}
