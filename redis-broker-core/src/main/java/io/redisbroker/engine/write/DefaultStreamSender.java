package io.redisbroker.engine.write;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.redisbroker.client.Failures;
import io.redisbroker.client.IoThread;
import io.redisbroker.send.SendAllException;
import io.redisbroker.send.StreamSender;
import org.jspecify.annotations.Nullable;

/**
 * Adds to a stream over the shared connection.
 */
final class DefaultStreamSender extends DestinationSender<StreamSender, StreamDestination> implements StreamSender {

	/** The most additions that are sent together; bounds the replies in memory. */
	private static final int MOST_AT_ONCE = 1000;

	DefaultStreamSender(Outlet outlet, StreamDestination destination, Map<String, String> headers) {
		super(outlet, destination, headers);
	}

	@Override
	StreamSender with(Outlet outlet, StreamDestination destination, Map<String, String> headers) {
		return new DefaultStreamSender(outlet, destination, headers);
	}

	@Override
	public StreamSender withId(String id) {
		return with(destination().withId(id));
	}

	@Override
	public StreamSender withMaxLength(long maxLength) {
		return with(destination().withMaxLength(maxLength));
	}

	@Override
	public StreamSender withMaxAge(Duration maxAge) {
		return with(destination().withMaxAge(maxAge));
	}

	@Override
	public String send(Object payload) {
		return Failures.join(() -> sendAsync(payload));
	}

	@Override
	public CompletableFuture<String> sendAsync(Object payload) {
		return send(destination(), payload);
	}

	@Override
	public List<String> sendAll(Collection<?> payloads) {
		IoThread.checkMayWait();
		return observe(payloads.size(), (trace) -> CompletableFuture.completedFuture(sendAll(payloads, trace))).join();
	}

	private List<String> sendAll(Collection<?> payloads, Map<String, String> trace) {
		List<@Nullable String> ids = new ArrayList<>(payloads.size());
		// all are encoded before the first is sent: if one cannot be, nothing is sent
		List<Outgoing> messages = payloads.stream().map((payload) -> message(payload, trace)).toList();
		List<CompletableFuture<String>> underWay = List.of();
		@Nullable Throwable failure = null;
		for (int from = 0; from < messages.size() && failure == null; from += MOST_AT_ONCE) {
			List<CompletableFuture<String>> next = destination().writeEach(connection(),
					messages.subList(from, Math.min(messages.size(), from + MOST_AT_ONCE)));
			// only now, so that Redis and this process work at the same time
			failure = await(underWay, ids);
			underWay = next;
		}
		Throwable last = await(underWay, ids);
		Throwable first = (failure != null) ? failure : last;
		if (first != null) {
			throw new SendAllException(destination().name(), messages.size(), ids, first);
		}
		return ids.stream().map(String::valueOf).toList();
	}

	/** Adds the ids, and returns the first failure. */
	private static @Nullable Throwable await(List<CompletableFuture<String>> replies, List<@Nullable String> ids) {
		if (!replies.isEmpty()) {
			// replies come in order, so that waiting for the last one wakes up once
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

}
