package io.redisbroker.send;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.redisbroker.client.Command;
import io.redisbroker.client.Keys;
import io.redisbroker.client.RedisErrorException;
import io.redisbroker.client.Reply;
import io.redisbroker.client.Script;
import io.redisbroker.client.WakeUps;
import io.redisbroker.converter.Envelope;
import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * Sends to one queue, and looks into it. Immutable and thread-safe: each {@code with…}
 * returns a new sender, which can be kept.
 *
 * <p>
 * A payload is bytes or text, sent as they are, or anything else that Jackson writes as
 * JSON, or a Spring {@link org.springframework.messaging.Message} with one of these,
 * whose headers are sent too, or a {@link Delivery} as a listener received it. The
 * broker's own headers of a received message stay behind. With headers the payload
 * travels in an envelope, which any client can read.
 *
 * <p>
 * When a method returns, Redis has the message. A failure leaves this open where the
 * connection broke or Redis did not answer in time
 * ({@link org.springframework.data.redis.RedisConnectionFailureException},
 * {@link org.springframework.dao.QueryTimeoutException}): nothing is sent a second time
 * without being asked to, and with {@link #withDeduplication} asking twice is safe. While
 * there is no connection at all, sending waits for one, up to
 * {@code spring.data.redis.timeout} and at most ten seconds. An error of Redis arrives as
 * {@link io.redisbroker.client.RedisErrorException} with Redis' own message.
 *
 * <p>
 * Messages wait in the queue in the order of the calls, but for those of
 * {@link #sendAsync} that waited for a connection.
 *
 * @since 0.1.0
 */
public final class QueueSender {

	private static final Script PUSH = Script.load(QueueSender.class, "push.lua");

	private static final Script DELAY = Script.load(QueueSender.class, "delay.lua");

	/** How many messages one command takes: bounds how long Redis does nothing else. */
	private static final int MOST_AT_ONCE = 10_000;

	private static final long FULL = -1;

	/** As good as for ever, and what Redis can still add to its clock. */
	private static final Duration LONGEST = Duration.ofDays(36_500);

	private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

	private final Outlet outlet;

	private final String queue;

	private final Options options;

	QueueSender(Outlet outlet, String queue) {
		this(outlet, queue, new Options(Map.of(), 0, null, Duration.ZERO));
	}

	private QueueSender(Outlet outlet, String queue, Options options) {
		this.outlet = outlet;
		this.queue = queue;
		this.options = options;
	}

	/**
	 * Adds a header.
	 * @param name its name: not empty, not {@code payload}, and none of the broker's own,
	 * which start with {@code redisbroker_} or {@code dead-letter-}
	 * @param value its value
	 * @return a sender that sends the header too
	 * @throws IllegalArgumentException when the name is reserved
	 */
	public QueueSender withHeader(String name, String value) {
		return headers(Outgoing.with(this.options.headers(), name, value));
	}

	/**
	 * Adds headers, for example those of a received message. The broker's own, which
	 * start with {@code redisbroker_} or {@code dead-letter-}, stay behind.
	 * @param more names, neither empty nor {@code payload}, and values
	 * @return a sender that sends the headers too
	 * @throws IllegalArgumentException when a name is empty or {@code payload}
	 */
	public QueueSender withHeaders(Map<String, String> more) {
		return headers(Outgoing.with(this.options.headers(), more));
	}

	private QueueSender headers(Map<String, String> all) {
		return with(new Options(all, this.options.maxLength(), this.options.deduplicationKey(), this.options.window()));
	}

	/**
	 * Refuses messages while so many wait in the queue; those being handled don't count.
	 * {@link #sendDelayed(Object, Duration) sendDelayed} also counts {@link #delayed()},
	 * which the other methods don't. A message is never refused when it becomes due.
	 * @param maxLength how many may wait, at least 1
	 * @return a sender whose methods throw {@link QueueFullException} in place of sending
	 * what has no room
	 */
	public QueueSender withMaxLength(long maxLength) {
		Assert.isTrue(maxLength >= 1, "maxLength must be at least 1");
		return with(
				new Options(this.options.headers(), maxLength, this.options.deduplicationKey(), this.options.window()));
	}

	/**
	 * Sends what this key names only once within a time, whoever sends it: one call of
	 * {@code send…}, also when its answer got lost and it is made again.
	 * @param key names what is sent, for example the id of the order
	 * @param window for how long, from the first time it was sent, at least 1 ms
	 * @return a sender whose methods return {@code false} where it was sent before
	 */
	public QueueSender withDeduplication(String key, Duration window) {
		Assert.hasText(key, "A deduplication key is not empty");
		Assert.isTrue(window.compareTo(Duration.ofMillis(1)) >= 0, "A deduplication window lasts at least 1 ms");
		return with(new Options(this.options.headers(), this.options.maxLength(), key, atMost(window)));
	}

	private QueueSender with(Options other) {
		return new QueueSender(this.outlet, this.queue, other);
	}

	/**
	 * Sends a message.
	 * @param payload the payload
	 * @return {@code false} when it was sent before, as {@link #withDeduplication} finds
	 * @throws QueueFullException when there is no room for it
	 */
	public boolean send(Object payload) {
		return RedisErrorException.join(() -> sendAsync(payload));
	}

	/**
	 * Sends a message.
	 * @param payload the payload
	 * @return completes when Redis has it, as {@link #send} returns, or with its
	 * exceptions
	 */
	public CompletableFuture<Boolean> sendAsync(Object payload) {
		return pushOne("LPUSH", payload);
	}

	/**
	 * Sends many messages with one command, all or none; more than 10,000 with several
	 * commands.
	 * @param payloads the payloads, which will be handled in this order
	 * @return {@code false} when they were sent before, as {@link #withDeduplication}
	 * finds: the key stands for the whole call
	 * @throws QueueFullException when there is no room for all of them
	 * @throws IllegalArgumentException for more than 10,000 messages where they must be
	 * sent together, since a maximum length or a deduplication key is set
	 */
	public boolean sendAll(Collection<?> payloads) {
		return RedisErrorException.join(
				() -> observe(payloads.size(), (trace) -> CompletableFuture.completedFuture(sendAll(payloads, trace))));
	}

	private boolean sendAll(Collection<?> payloads, Map<String, String> trace) {
		List<byte[]> values = payloads.stream().map((payload) -> encode(payload, trace)).toList();
		Assert.isTrue(this.options.isPlain() || values.size() <= MOST_AT_ONCE,
				() -> "At most " + MOST_AT_ONCE + " messages can be sent together");
		boolean sent = true;
		for (int from = 0; from < values.size(); from += MOST_AT_ONCE) {
			List<byte[]> next = values.subList(from, Math.min(values.size(), from + MOST_AT_ONCE));
			sent = RedisErrorException.join(() -> push("LPUSH", next));
		}
		return sent;
	}

	/**
	 * Sends a message only if messages wait in the queue already.
	 * @param payload the payload
	 * @return whether it was sent
	 * @throws QueueFullException when there is no room for it
	 */
	public boolean sendIfPresent(Object payload) {
		return RedisErrorException.join(() -> pushOne("LPUSHX", payload));
	}

	/**
	 * Sends a message that is to be handled later. Until then Redis keeps it, and it
	 * counts as {@link #delayed()}.
	 * @param payload the payload
	 * @param delay how long to wait, by Redis' clock, not negative
	 * @return {@code false} when it was sent before, as {@link #withDeduplication} finds
	 * @throws QueueFullException when there is no room for it
	 */
	public boolean sendDelayed(Object payload, Duration delay) {
		Assert.isTrue(!delay.isNegative(), "A delay is not negative");
		return RedisErrorException.join(() -> delay(payload, atMost(delay).toMillis(), "after"));
	}

	/**
	 * Sends a message that is to be handled later. Until then Redis keeps it, and it
	 * counts as {@link #delayed()}.
	 * @param payload the payload
	 * @param due when, by Redis' clock; at once when that is over
	 * @return {@code false} when it was sent before, as {@link #withDeduplication} finds
	 * @throws QueueFullException when there is no room for it
	 */
	public boolean sendDelayed(Object payload, Instant due) {
		Instant told = due.isBefore(Instant.EPOCH) ? Instant.EPOCH : due.isAfter(LATEST) ? LATEST : due;
		return RedisErrorException.join(() -> delay(payload, told.toEpochMilli(), "at"));
	}

	private static Duration atMost(Duration duration) {
		return (duration.compareTo(LONGEST) < 0) ? duration : LONGEST;
	}

	/**
	 * Counts what waits.
	 * @return how many messages wait in the queue; those in flight and delayed don't
	 * count
	 */
	public long size() {
		return RedisErrorException.join(() -> count("LLEN", this.queue)
			.thenCombine(count("LLEN", Keys.companion(this.queue, "claim")), Long::sum));
	}

	/**
	 * Counts what is being handled.
	 * @return how many messages consumers hold, those read ahead included
	 */
	public long inFlight() {
		return RedisErrorException.join(() -> count("ZCARD", Keys.companion(this.queue, "leases")));
	}

	/**
	 * Counts what waits for its time.
	 * @return how many messages were sent to be handled later or wait to be delivered
	 * again
	 */
	public long delayed() {
		return RedisErrorException.join(() -> count("ZCARD", Keys.companion(this.queue, "delayed")));
	}

	/**
	 * Looks at what waits, without taking it.
	 * @param most how many messages at most, at least 1
	 * @return payloads and headers, the next in first-in, first-out order first
	 */
	public List<Delivery.Content> peek(int most) {
		Assert.isTrue(most >= 1, "Look at 1 message at least");
		List<Object> values = RedisErrorException.join(() -> this.outlet.connection()
			.send(Command.of("LRANGE", Reply.ARRAY).key(this.queue).arg(-most).arg(-1)));
		List<Delivery.Content> messages = new ArrayList<>();
		values.forEach((value) -> messages.add(Envelope.decode((byte[]) value)));
		Collections.reverse(messages);
		return messages;
	}

	private CompletableFuture<Long> count(String command, String key) {
		return this.outlet.connection().send(Command.of(command, Reply.INTEGER).key(key));
	}

	private <T> CompletableFuture<T> observe(int messages, Function<Map<String, String>, CompletableFuture<T>> send) {
		return this.outlet.observations().send("queue", this.queue, messages, send);
	}

	private byte[] encode(Object payload, Map<String, String> trace) {
		Outgoing message = Outgoing.of(payload, this.options.headers(), trace, this.outlet.codec());
		return Envelope.encode(message.payload(), message.headers());
	}

	private CompletableFuture<Boolean> pushOne(String command, Object payload) {
		return observe(1, (trace) -> push(command, List.of(encode(payload, trace))));
	}

	private CompletableFuture<Boolean> push(String command, List<byte[]> values) {
		if (this.options.isPlain()) {
			Command<Long> push = Command.of(command, Reply.INTEGER).key(this.queue);
			values.forEach(push::arg);
			return this.outlet.connection().send(push).thenApply((length) -> length > 0);
		}
		List<Object> args = new ArrayList<>(
				List.of(command, this.options.maxLength(), this.options.window().toMillis()));
		args.addAll(values);
		return this.outlet.connection()
			.run(PUSH, List.of(this.queue, marker()), args)
			.thenApply((reply) -> isSent(reply, values.size()));
	}

	private CompletableFuture<Boolean> delay(Object payload, long millis, String mode) {
		List<String> keys = List.of(Keys.companion(this.queue, "messages"), Keys.companion(this.queue, "delayed"),
				Keys.companion(this.queue, "sequence"), marker(), this.queue);
		return observe(1,
				(trace) -> this.outlet.connection()
					.run(DELAY, keys,
							List.of(WakeUps.channel(this.queue), millis, mode, this.options.window().toMillis(),
									this.options.maxLength(), encode(payload, trace)))
					.thenApply((reply) -> isSent(reply, 1)));
	}

	private boolean isSent(List<Object> reply, int messages) {
		long pushed = (Long) reply.get(0);
		if (pushed == FULL) {
			throw new QueueFullException(this.queue, messages, this.options.maxLength());
		}
		return pushed > 0;
	}

	private String marker() {
		return Keys.companion(this.queue, "sent:" + String.valueOf(this.options.deduplicationKey()));
	}

	private record Options(Map<String, String> headers, long maxLength, @Nullable String deduplicationKey,
			Duration window) {

		/** Whether Redis' own command does all there is to do. */
		boolean isPlain() {
			return this.maxLength == 0 && this.deduplicationKey == null;
		}

	}

}
