package io.redisbroker.engine.write;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.client.Command;
import io.redisbroker.client.Failures;
import io.redisbroker.client.Reply;
import io.redisbroker.engine.write.QueueDestination.Deduplication;
import io.redisbroker.engine.write.QueueDestination.Due;
import io.redisbroker.message.Delivery;
import io.redisbroker.message.Keys;
import io.redisbroker.send.QueueSender;
import org.springframework.util.Assert;

/**
 * Sends to a queue over the shared connection.
 */
final class DefaultQueueSender extends DestinationSender<QueueSender, QueueDestination> implements QueueSender {

	/** The most messages of one command: bounds how long Redis does nothing else. */
	private static final int MOST_AT_ONCE = 10_000;

	DefaultQueueSender(Outlet outlet, QueueDestination destination, Map<String, String> headers) {
		super(outlet, destination, headers);
	}

	@Override
	QueueSender with(Outlet outlet, QueueDestination destination, Map<String, String> headers) {
		return new DefaultQueueSender(outlet, destination, headers);
	}

	@Override
	public QueueSender withMaxLength(long maxLength) {
		return with(destination().withMaxLength(maxLength));
	}

	@Override
	public QueueSender withDeduplication(String key, Duration window) {
		return with(destination().withDeduplication(new Deduplication(key, window)));
	}

	@Override
	public boolean send(Object payload) {
		return Failures.join(() -> sendAsync(payload));
	}

	@Override
	public CompletableFuture<Boolean> sendAsync(Object payload) {
		return send(destination(), payload);
	}

	@Override
	public boolean sendAll(Collection<?> payloads) {
		return Failures.join(
				() -> observe(payloads.size(), (trace) -> CompletableFuture.completedFuture(sendAll(payloads, trace))));
	}

	private boolean sendAll(Collection<?> payloads, Map<String, String> trace) {
		// all are encoded before the first is sent: if one cannot be, nothing is sent
		List<byte[]> values = payloads.stream().map((payload) -> message(payload, trace).value()).toList();
		Assert.isTrue(destination().isPlain() || values.size() <= MOST_AT_ONCE,
				() -> "At most " + MOST_AT_ONCE + " messages can be sent together");
		boolean sent = true;
		for (int from = 0; from < values.size(); from += MOST_AT_ONCE) {
			List<byte[]> next = values.subList(from, Math.min(values.size(), from + MOST_AT_ONCE));
			sent = Failures.join(() -> destination().push(connection(), next));
		}
		return sent;
	}

	@Override
	public boolean sendIfPresent(Object payload) {
		return Failures.join(() -> send(destination().ifPresent(), payload));
	}

	@Override
	public boolean sendDelayed(Object payload, Duration delay) {
		Due due = Due.after(delay);
		return Failures.join(() -> send(destination().withDue(due), payload));
	}

	@Override
	public boolean sendDelayed(Object payload, Instant due) {
		return Failures.join(() -> send(destination().withDue(Due.at(due)), payload));
	}

	@Override
	public long size() {
		return Failures
			.join(() -> count("LLEN", destination().name()).thenCombine(count("LLEN", companion("claim")), Long::sum));
	}

	@Override
	public long inFlight() {
		return Failures.join(() -> count("ZCARD", companion("leases")));
	}

	@Override
	public long delayed() {
		return Failures.join(() -> count("ZCARD", companion("delayed")));
	}

	@Override
	public List<Delivery.Content> peek(int most) {
		Assert.isTrue(most >= 1, "Look at 1 message at least");
		List<Object> values = Failures.join(() -> connection()
			.send(Command.of("LRANGE", Reply.ARRAY).key(destination().name()).arg(-most).arg(-1)));
		List<Delivery.Content> messages = new ArrayList<>();
		values.forEach((value) -> messages.add(Envelope.decode((byte[]) value)));
		Collections.reverse(messages);
		return messages;
	}

	private String companion(String suffix) {
		return Keys.companion(destination().name(), suffix);
	}

	private CompletableFuture<Long> count(String command, String key) {
		return connection().send(Command.of(command, Reply.INTEGER).key(key));
	}

}
