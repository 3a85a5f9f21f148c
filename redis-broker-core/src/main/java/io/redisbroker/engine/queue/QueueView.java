package io.redisbroker.engine.queue;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.redisbroker.admin.DelayedMessage;
import io.redisbroker.admin.LeasedMessage;
import io.redisbroker.admin.Page;
import io.redisbroker.admin.WaitingMessage;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.Script;
import io.redisbroker.engine.registry.SourceView;
import io.redisbroker.engine.write.Envelope;
import io.redisbroker.message.Delivery;
import io.redisbroker.queue.QueueOrder;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * Looks into a queue.
 *
 * @param connection the connection to Redis
 * @param queue the queue
 * @param order the order in which the queue is consumed
 */
record QueueView(RedisConnection connection, String queue, QueueOrder order) implements SourceView {

	private static final Pattern POSITION = Pattern.compile("\\d{1,12}");

	private static final Pattern PLACE = Pattern.compile("(\\d{1,16}) (.+)", Pattern.DOTALL);

	@Override
	public IllegalArgumentException lacks(String something) {
		return new IllegalArgumentException("'" + this.queue + "' is a queue and has no " + something
				+ "; it has waiting, delayed and leased messages");
	}

	@Override
	public CompletableFuture<Page<WaitingMessage>> waiting(@Nullable String from, int most) {
		Assert.isTrue(from == null || POSITION.matcher(from).matches(),
				() -> "'" + from + "' is no position in a queue; write a number from 0, or leave it out");
		long first = (from != null) ? Long.parseLong(from) : 0;
		return run(QueueScripts.WAITING, List.of(this.order.end(), first, most, MOST_BYTES)).thenApply((reply) -> {
			List<WaitingMessage> messages = new ArrayList<>();
			for (Object payload : reply.subList(1, reply.size())) {
				messages.add(new WaitingMessage(first + messages.size(), Envelope.decode((byte[]) payload)));
			}
			return new Page<>(messages, isEnd(reply) ? null : String.valueOf(first + messages.size()));
		});
	}

	@Override
	public CompletableFuture<Page<DelayedMessage>> delayed(@Nullable String from, int most) {
		return held("delayed", from, most, (held) -> new DelayedMessage(held.id(), held.time(), held.deliveries(),
				held.failures(), held.content()));
	}

	@Override
	public CompletableFuture<Page<LeasedMessage>> leased(@Nullable String from, int most) {
		return held("leases", from, most, (held) -> new LeasedMessage(held.id(), held.owner(), held.time(),
				held.deliveries(), held.failures(), held.content()));
	}

	/** Lists messages that have a receipt. */
	private <T> CompletableFuture<Page<T>> held(String place, @Nullable String from, int most, Function<Held, T> item) {
		String[] after = after(from);
		return run(QueueScripts.HELD, List.of(place, after[0], after[1], most, MOST_BYTES)).thenApply((reply) -> {
			List<T> items = new ArrayList<>();
			String last = null;
			for (int i = 1; i < reply.size(); i += 3) {
				String receipt = utf8(reply.get(i));
				String score = utf8(reply.get(i + 1));
				items.add(item.apply(Held.of(receipt, score, (byte[]) reply.get(i + 2))));
				last = score + " " + receipt;
			}
			return new Page<>(items, (isEnd(reply) || last == null) ? null
					: Base64.getUrlEncoder().withoutPadding().encodeToString(last.getBytes(StandardCharsets.UTF_8)));
		});
	}

	/** Score and receipt after which a page starts. */
	private static String[] after(@Nullable String from) {
		if (from == null) {
			return new String[] { "", "" };
		}
		try {
			Matcher place = PLACE.matcher(new String(Base64.getUrlDecoder().decode(from), StandardCharsets.UTF_8));
			if (place.matches()) {
				return new String[] { place.group(1), place.group(2) };
			}
		}
		catch (IllegalArgumentException ex) {
			// not Base64
		}
		throw new IllegalArgumentException(
				"'" + from + "' is not where a page starts; pass the next of the page before, or leave it out");
	}

	private CompletableFuture<List<Object>> run(Script script, List<Object> args) {
		return this.connection.run(script, new QueueKeys(this.queue).all(), args);
	}

	private static boolean isEnd(List<Object> reply) {
		return (Long) reply.get(0) == 1;
	}

	private static String utf8(Object bytes) {
		return new String((byte[]) bytes, StandardCharsets.UTF_8);
	}

	/** A message with a receipt. */
	private record Held(String id, long deliveries, long failures, String owner, Instant time,
			Delivery.@Nullable Content content) {

		static Held of(String receipt, String score, byte @Nullable [] payload) {
			String[] parts = receipt.split(":", 5);
			return new Held(parts[0], Long.parseLong(parts[2]), Long.parseLong(parts[3]), parts[4],
					Instant.ofEpochMilli(new BigDecimal(score).longValue()),
					(payload != null) ? Envelope.decode(payload) : null);
		}

	}

}
