package io.redisbroker.engine.write;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.client.Command;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.Reply;
import io.redisbroker.client.pubsub.WakeUps;
import io.redisbroker.message.Keys;
import io.redisbroker.message.TransportType;
import io.redisbroker.send.QueueFullException;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * A queue. The result is {@code true} if the message was written; a
 * {@link QueueFullException} if there is no room.
 *
 * @param name the complete key
 * @param maxLength the most messages that may wait, or 0 for any number
 * @param deduplication the key of the message, or {@code null} to write it every time
 * @param due the time before which no consumer gets it, or {@code null} for none
 * @param onlyIfPresent whether it is written only if messages wait in the queue
 */
public record QueueDestination(String name, long maxLength, @Nullable Deduplication deduplication, @Nullable Due due,
		boolean onlyIfPresent) implements Destination<Boolean> {

	private static final long FULL = -1;

	/** As good as for ever, and a number that Redis can add to its clock. */
	private static final Duration LONGEST = Duration.ofDays(36_500);

	/**
	 * Checks the values.
	 * @throws IllegalArgumentException when values make no sense, or not together
	 */
	public QueueDestination {
		Assert.isTrue(maxLength >= 0, "maxLength must be at least 1, or 0 for no limit");
		Assert.isTrue(due == null || !onlyIfPresent,
				"A message for later cannot depend on the messages that wait in the queue now");
	}

	/**
	 * A queue that takes every message at once.
	 * @param name the complete key
	 */
	public QueueDestination(String name) {
		this(name, 0, null, null, false);
	}

	public QueueDestination withMaxLength(long most) {
		Assert.isTrue(most >= 1, "maxLength must be at least 1");
		return new QueueDestination(this.name, most, this.deduplication, this.due, this.onlyIfPresent);
	}

	public QueueDestination withDeduplication(Deduplication other) {
		return new QueueDestination(this.name, this.maxLength, other, this.due, this.onlyIfPresent);
	}

	public QueueDestination withDue(Due other) {
		return new QueueDestination(this.name, this.maxLength, this.deduplication, other, this.onlyIfPresent);
	}

	public QueueDestination ifPresent() {
		return new QueueDestination(this.name, this.maxLength, this.deduplication, this.due, true);
	}

	@Override
	public TransportType transport() {
		return TransportType.QUEUE;
	}

	/** Whether one command of Redis is enough, however many messages there are. */
	boolean isPlain() {
		return this.maxLength == 0 && this.deduplication == null && this.due == null;
	}

	@Override
	public CompletableFuture<Boolean> write(RedisConnection connection, Outgoing message) {
		return push(connection, List.of(message.value()));
	}

	/**
	 * Writes several messages in one round trip, all or none.
	 * @param connection the connection to Redis
	 * @param values the messages as they stand in the list, at least one; exactly one
	 * where they are due later
	 * @return whether they were written
	 */
	CompletableFuture<Boolean> push(RedisConnection connection, List<byte[]> values) {
		if (isPlain()) {
			Command<Long> command = Command.of(command(), Reply.INTEGER).key(this.name);
			values.forEach(command::arg);
			return connection.send(command).thenApply((length) -> result(length, values.size()));
		}
		return piece(values).run(connection).thenApply((reply) -> result(reply, values.size()));
	}

	private String command() {
		return this.onlyIfPresent ? "LPUSHX" : "LPUSH";
	}

	@Override
	public ScriptPiece piece(Outgoing message) {
		return piece(List.of(message.value()));
	}

	private ScriptPiece piece(List<byte[]> values) {
		long window = (this.deduplication != null) ? this.deduplication.window().toMillis() : 0;
		if (this.due != null) {
			Assert.isTrue(values.size() == 1, "Messages that are due later are written one by one");
			return new ScriptPiece(
					List.of(companion("messages"), companion("delayed"), companion("sequence"), marker(), this.name),
					List.of("DELAY", WakeUps.channel(this.name), this.due.millis(), this.due.fromNow() ? "after" : "at",
							window, this.maxLength, values.get(0)));
		}
		List<Object> args = new ArrayList<>();
		if (!isPlain()) {
			args.addAll(List.of("PUSH", window, this.maxLength));
		}
		args.add(command());
		args.addAll(values);
		return new ScriptPiece(isPlain() ? List.of(this.name) : List.of(this.name, marker()), args);
	}

	private String companion(String suffix) {
		return Keys.companion(this.name, suffix);
	}

	private String marker() {
		return companion("sent:" + ((this.deduplication != null) ? this.deduplication.key() : null));
	}

	@Override
	public Boolean result(Object reply) {
		return result(reply, 1);
	}

	private boolean result(Object reply, int messages) {
		long written = (Long) reply;
		if (written == FULL) {
			throw new QueueFullException(this.name, messages, this.maxLength);
		}
		return written > 0;
	}

	private static Duration atMost(Duration duration) {
		return (duration.compareTo(LONGEST) < 0) ? duration : LONGEST;
	}

	/**
	 * Messages with the same key are written once in a time.
	 *
	 * @param key the key
	 * @param window the time, from the first writing on; at least 1 ms, at most 100 years
	 */
	public record Deduplication(String key, Duration window) {

		/**
		 * Checks the values, and limits the window.
		 * @throws IllegalArgumentException when a value makes no sense
		 */
		public Deduplication {
			Assert.hasText(key, "A deduplication key is not empty");
			Assert.isTrue(window.compareTo(Duration.ofMillis(1)) >= 0, "A deduplication window lasts at least 1 ms");
			window = atMost(window);
		}

	}

	/**
	 * The time before which no consumer gets a message, by Redis' clock.
	 *
	 * @param millis milliseconds since 1970, or from the moment of writing
	 * @param fromNow whether they count from the moment of writing
	 */
	public record Due(long millis, boolean fromNow) {

		private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

		/**
		 * A time after the moment of writing.
		 * @param delay the time until then, not negative; at most 100 years count
		 * @return the time
		 */
		public static Due after(Duration delay) {
			Assert.isTrue(!delay.isNegative(), "A delay is not negative");
			return new Due(atMost(delay).toMillis(), true);
		}

		/**
		 * A point in time.
		 * @param time the time; before 1970 or after 9999 as these
		 * @return the time
		 */
		public static Due at(Instant time) {
			Instant possible = time.isBefore(Instant.EPOCH) ? Instant.EPOCH : time.isAfter(LATEST) ? LATEST : time;
			return new Due(possible.toEpochMilli(), false);
		}

	}

}
