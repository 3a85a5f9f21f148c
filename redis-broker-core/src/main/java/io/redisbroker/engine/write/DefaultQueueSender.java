package io.redisbroker.engine.write;

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
import io.redisbroker.client.Failures;
import io.redisbroker.client.Reply;
import io.redisbroker.client.Script;
import io.redisbroker.client.pubsub.WakeUps;
import io.redisbroker.message.Delivery;
import io.redisbroker.message.Keys;
import io.redisbroker.message.TransportType;
import io.redisbroker.send.QueueFullException;
import io.redisbroker.send.QueueSender;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * Sends to a queue over the shared connection.
 */
final class DefaultQueueSender implements QueueSender {

	private static final Script PUSH = Script.load(DefaultQueueSender.class, "push.lua");

	private static final Script DELAY = Script.load(DefaultQueueSender.class, "delay.lua");

	/** How many messages one command takes: bounds how long Redis does nothing else. */
	private static final int MOST_AT_ONCE = 10_000;

	private static final long FULL = -1;

	/** As good as for ever, and what Redis can still add to its clock. */
	private static final Duration LONGEST = Duration.ofDays(36_500);

	private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

	private final Outlet outlet;

	private final String queue;

	private final Options options;

	DefaultQueueSender(Outlet outlet, String queue) {
		this(outlet, queue, new Options(Map.of(), 0, null, Duration.ZERO));
	}

	private DefaultQueueSender(Outlet outlet, String queue, Options options) {
		this.outlet = outlet;
		this.queue = queue;
		this.options = options;
	}

	@Override
	public QueueSender withHeader(String name, String value) {
		return headers(Outgoing.with(this.options.headers(), name, value));
	}

	@Override
	public QueueSender withHeaders(Map<String, String> more) {
		return headers(Outgoing.with(this.options.headers(), more));
	}

	private QueueSender headers(Map<String, String> all) {
		return with(new Options(all, this.options.maxLength(), this.options.deduplicationKey(), this.options.window()));
	}

	@Override
	public QueueSender withMaxLength(long maxLength) {
		Assert.isTrue(maxLength >= 1, "maxLength must be at least 1");
		return with(
				new Options(this.options.headers(), maxLength, this.options.deduplicationKey(), this.options.window()));
	}

	@Override
	public QueueSender withDeduplication(String key, Duration window) {
		Assert.hasText(key, "A deduplication key is not empty");
		Assert.isTrue(window.compareTo(Duration.ofMillis(1)) >= 0, "A deduplication window lasts at least 1 ms");
		return with(new Options(this.options.headers(), this.options.maxLength(), key, atMost(window)));
	}

	private QueueSender with(Options other) {
		return new DefaultQueueSender(this.outlet, this.queue, other);
	}

	@Override
	public boolean send(Object payload) {
		return Failures.join(() -> sendAsync(payload));
	}

	@Override
	public CompletableFuture<Boolean> sendAsync(Object payload) {
		return pushOne("LPUSH", payload);
	}

	@Override
	public boolean sendAll(Collection<?> payloads) {
		return Failures.join(
				() -> observe(payloads.size(), (trace) -> CompletableFuture.completedFuture(sendAll(payloads, trace))));
	}

	private boolean sendAll(Collection<?> payloads, Map<String, String> trace) {
		List<byte[]> values = payloads.stream().map((payload) -> encode(payload, trace)).toList();
		Assert.isTrue(this.options.isPlain() || values.size() <= MOST_AT_ONCE,
				() -> "At most " + MOST_AT_ONCE + " messages can be sent together");
		boolean sent = true;
		for (int from = 0; from < values.size(); from += MOST_AT_ONCE) {
			List<byte[]> next = values.subList(from, Math.min(values.size(), from + MOST_AT_ONCE));
			sent = Failures.join(() -> push("LPUSH", next));
		}
		return sent;
	}

	@Override
	public boolean sendIfPresent(Object payload) {
		return Failures.join(() -> pushOne("LPUSHX", payload));
	}

	@Override
	public boolean sendDelayed(Object payload, Duration delay) {
		Assert.isTrue(!delay.isNegative(), "A delay is not negative");
		return Failures.join(() -> delay(payload, atMost(delay).toMillis(), "after"));
	}

	@Override
	public boolean sendDelayed(Object payload, Instant due) {
		Instant told = due.isBefore(Instant.EPOCH) ? Instant.EPOCH : due.isAfter(LATEST) ? LATEST : due;
		return Failures.join(() -> delay(payload, told.toEpochMilli(), "at"));
	}

	private static Duration atMost(Duration duration) {
		return (duration.compareTo(LONGEST) < 0) ? duration : LONGEST;
	}

	@Override
	public long size() {
		return Failures.join(() -> count("LLEN", this.queue)
			.thenCombine(count("LLEN", Keys.companion(this.queue, "claim")), Long::sum));
	}

	@Override
	public long inFlight() {
		return Failures.join(() -> count("ZCARD", Keys.companion(this.queue, "leases")));
	}

	@Override
	public long delayed() {
		return Failures.join(() -> count("ZCARD", Keys.companion(this.queue, "delayed")));
	}

	@Override
	public List<Delivery.Content> peek(int most) {
		Assert.isTrue(most >= 1, "Look at 1 message at least");
		List<Object> values = Failures.join(() -> this.outlet.connection()
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
		return this.outlet.observations().send(TransportType.QUEUE, this.queue, messages, send);
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
