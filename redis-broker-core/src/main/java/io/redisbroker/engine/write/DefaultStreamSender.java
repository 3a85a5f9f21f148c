package io.redisbroker.engine.write;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.redisbroker.client.Command;
import io.redisbroker.client.Failures;
import io.redisbroker.client.IoThread;
import io.redisbroker.client.Reply;
import io.redisbroker.client.Script;
import io.redisbroker.message.TransportType;
import io.redisbroker.send.SendAllException;
import io.redisbroker.send.StreamSender;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * Adds to a stream over the shared connection.
 */
final class DefaultStreamSender implements StreamSender {

	/** The field that holds the payload. */
	private static final byte[] PAYLOAD = "payload".getBytes(StandardCharsets.US_ASCII);

	/** Redis' Lua takes about 8,000 values on its stack. */
	private static final int MOST_FIELDS = 3500;

	private static final Script ADD_WITHIN_AGE = Script.load(DefaultStreamSender.class, "add-within-age.lua");

	/** How many additions go out together; bounds what waits in memory. */
	private static final int MOST_AT_ONCE = 1000;

	private final Outlet outlet;

	private final String stream;

	private final Map<String, String> headers;

	private final String id;

	private final long maxLength;

	private final @Nullable Duration maxAge;

	DefaultStreamSender(Outlet outlet, String stream) {
		this(outlet, stream, Map.of(), "*", 0, null);
	}

	private DefaultStreamSender(Outlet outlet, String stream, Map<String, String> headers, String id, long maxLength,
			@Nullable Duration maxAge) {
		this.outlet = outlet;
		this.stream = stream;
		this.headers = headers;
		this.id = id;
		this.maxLength = maxLength;
		this.maxAge = maxAge;
	}

	@Override
	public StreamSender withHeader(String name, String value) {
		return headers(Outgoing.with(this.headers, name, value));
	}

	@Override
	public StreamSender withHeaders(Map<String, String> more) {
		return headers(Outgoing.with(this.headers, more));
	}

	private StreamSender headers(Map<String, String> all) {
		return new DefaultStreamSender(this.outlet, this.stream, all, this.id, this.maxLength, this.maxAge);
	}

	@Override
	public StreamSender withId(String id) {
		Assert.hasText(id, "An id has the form 1526569495631-0");
		return new DefaultStreamSender(this.outlet, this.stream, this.headers, id, this.maxLength, this.maxAge);
	}

	@Override
	public StreamSender withMaxLength(long maxLength) {
		Assert.isTrue(maxLength >= 1, "maxLength must be at least 1");
		return new DefaultStreamSender(this.outlet, this.stream, this.headers, this.id, maxLength, null);
	}

	@Override
	public StreamSender withMaxAge(Duration maxAge) {
		Assert.isTrue(maxAge.toMillis() > 0, "maxAge must be at least 1 ms");
		return new DefaultStreamSender(this.outlet, this.stream, this.headers, this.id, 0, maxAge);
	}

	@Override
	public String send(Object payload) {
		return Failures.join(() -> sendAsync(payload));
	}

	@Override
	public CompletableFuture<String> sendAsync(Object payload) {
		return this.outlet.observations()
			.send(TransportType.STREAM, this.stream, 1, (trace) -> add(message(payload, trace)));
	}

	@Override
	public List<String> sendAll(Collection<?> payloads) {
		IoThread.checkMayWait();
		return this.outlet.observations()
			.send(TransportType.STREAM, this.stream, payloads.size(),
					(trace) -> CompletableFuture.completedFuture(sendAll(payloads, trace)))
			.join();
	}

	private List<String> sendAll(Collection<?> payloads, Map<String, String> trace) {
		List<@Nullable String> ids = new ArrayList<>(payloads.size());
		// encoded before the first is sent, so that one that can't be is found in time
		List<Outgoing> messages = payloads.stream().map((payload) -> message(payload, trace)).toList();
		List<CompletableFuture<String>> underWay = List.of();
		@Nullable Throwable failure = null;
		for (int from = 0; from < messages.size() && failure == null; from += MOST_AT_ONCE) {
			List<CompletableFuture<String>> next = add(
					messages.subList(from, Math.min(messages.size(), from + MOST_AT_ONCE)));
			// only now: neither side waits for the other
			failure = await(underWay, ids);
			underWay = next;
		}
		Throwable last = await(underWay, ids);
		Throwable first = (failure != null) ? failure : last;
		if (first != null) {
			throw new SendAllException(this.stream, messages.size(), ids, first);
		}
		return ids.stream().map(String::valueOf).toList();
	}

	/** Adds the ids, and returns the first failure. */
	private static @Nullable Throwable await(List<CompletableFuture<String>> replies, List<@Nullable String> ids) {
		if (!replies.isEmpty()) {
			// replies come in order: who waits for the last wakes up once
			replies.get(replies.size() - 1).exceptionally((failure) -> "").join();
		}
		Throwable failure = null;
		for (CompletableFuture<String> reply : replies) {
			try {
				ids.add(reply.join());
			}
			catch (CompletionException ex) {
				ids.add(null);
				failure = (failure != null) ? failure : Failures.unwrap(ex);
			}
		}
		return failure;
	}

	private Outgoing message(Object payload, Map<String, String> trace) {
		return Outgoing.of(payload, this.headers, trace, this.outlet.codec());
	}

	private CompletableFuture<String> add(Outgoing message) {
		return (this.maxAge == null)
				? this.outlet.connection().send(addition(utf8(this.stream), utf8(this.id), message))
				: addWithinAge(message, this.maxAge);
	}

	private List<CompletableFuture<String>> add(List<Outgoing> messages) {
		if (this.maxAge != null) {
			return messages.stream().map(this::add).toList();
		}
		byte[] stream = utf8(this.stream);
		byte[] id = utf8(this.id);
		return this.outlet.connection()
			.sendAll(messages.stream().map((message) -> addition(stream, id, message)).toList());
	}

	private Command<String> addition(byte[] stream, byte[] id, Outgoing message) {
		Command<String> command = Command.of("XADD", Reply.STRING).key(stream);
		if (this.maxLength > 0) {
			command.arg("MAXLEN").arg("~").arg(this.maxLength);
		}
		command.arg(id).arg(PAYLOAD).arg(message.payload());
		message.headers().forEach((name, value) -> command.arg(name).arg(value));
		return command;
	}

	private CompletableFuture<String> addWithinAge(Outgoing message, Duration age) {
		if (message.headers().size() > MOST_FIELDS) {
			return this.outlet.connection()
				.send(addition(utf8(this.stream), utf8(this.id), message))
				// the entry is there, and the next one trims as well
				.thenCompose((id) -> this.outlet.connection()
					.run(ADD_WITHIN_AGE, List.of(this.stream), List.of(age.toMillis()))
					.handle((trimmed, failure) -> id));
		}
		List<Object> args = new ArrayList<>(List.of(age.toMillis(), this.id, PAYLOAD, message.payload()));
		message.headers().forEach((name, value) -> args.addAll(List.of(name, value)));
		return this.outlet.connection()
			.run(ADD_WITHIN_AGE, List.of(this.stream), args)
			.thenApply((reply) -> Reply.text(reply.get(0)));
	}

	private static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
