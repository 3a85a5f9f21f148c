package io.redisbroker.engine.stream;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

import io.redisbroker.admin.ConsumerState;
import io.redisbroker.admin.EntryRange;
import io.redisbroker.admin.GroupState;
import io.redisbroker.admin.Page;
import io.redisbroker.admin.PendingEntry;
import io.redisbroker.admin.PendingFilter;
import io.redisbroker.admin.StoredEntry;
import io.redisbroker.client.GroupKeys;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.engine.registry.SourceQuestions;
import io.redisbroker.engine.registry.SourceView;
import io.redisbroker.engine.settlement.Takeovers;
import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * Looks into a stream.
 *
 * @param connection the connection to Redis
 * @param stream the stream
 */
record StreamView(RedisConnection connection, String stream) implements SourceView {

	/** At how many pending entries of each consumer to look. */
	private static final int SOME = 100;

	private static final Pattern START = Pattern.compile("\\d{1,19}-\\d{1,19}");

	@Override
	public IllegalArgumentException lacks(String something) {
		return new IllegalArgumentException("'" + this.stream + "' is a stream and has no " + something
				+ "; it has entries, consumer groups and pending entries");
	}

	@Override
	public CompletableFuture<Page<StoredEntry>> entries(EntryRange range, @Nullable String from, int most) {
		String first = range.backwards() ? range.end() : range.start();
		return this.connection.run(StreamScripts.ENTRIES, List.of(this.stream),
				List.of(range.backwards() ? "XREVRANGE" : "XRANGE", (from != null) ? after(from) : first,
						range.backwards() ? range.start() : range.end(), most, MOST_BYTES))
			.thenApply((reply) -> {
				List<StoredEntry> entries = reply.subList(1, reply.size()).stream().map(this::entry).toList();
				return new Page<>(entries, ((Long) reply.get(0) == 1) ? null : entries.get(entries.size() - 1).id());
			});
	}

	private StoredEntry entry(Object reply) {
		List<?> idAndFields = (List<?>) reply;
		String id = text(idAndFields.get(0));
		byte[][] fields = ((List<?>) idAndFields.get(1)).toArray(byte[][]::new);
		Delivery delivery = StreamContent.read(this.stream, id, fields, Takeovers.UNKNOWN);
		return new StoredEntry(id, delivery.id(), StreamContent.recipientOf(delivery), delivery.content());
	}

	@Override
	public CompletableFuture<Page<PendingEntry>> pending(String group, PendingFilter filter, @Nullable String from,
			int most) {
		GroupKeys keys = new GroupKeys(this.stream, group);
		String consumer = (filter.consumer() != null) ? filter.consumer() : "";
		return this.connection
			.run(StreamScripts.PENDING, List.of(this.stream, keys.retries(), keys.failures()),
					List.of(group, filter.minIdle().toMillis(), (from != null) ? after(from) : "-", most, consumer))
			.thenApply((reply) -> {
				List<PendingEntry> entries = new ArrayList<>();
				for (int i = 0; i < reply.size(); i += 6) {
					entries.add(pending(reply.subList(i, i + 6)));
				}
				return new Page<>(entries, (entries.size() < most) ? null : entries.get(most - 1).id());
			});
	}

	private static PendingEntry pending(List<Object> reply) {
		String due = text(reply.get(5));
		return new PendingEntry(text(reply.get(0)), text(reply.get(1)), Duration.ofMillis((Long) reply.get(2)),
				(Long) reply.get(3), Long.parseLong(text(reply.get(4))),
				due.isEmpty() ? null : Instant.ofEpochMilli(new BigDecimal(due).longValue()));
	}

	@Override
	public CompletableFuture<List<GroupState>> groups() {
		return this.connection.run(StreamScripts.GROUP_STATES, List.of(this.stream), List.of(Membership.PARKING))
			.thenApply((reply) -> {
				List<GroupState> groups = new ArrayList<>();
				for (int i = 0; i < reply.size(); i += 6) {
					long lag = (Long) reply.get(i + 5);
					groups.add(new GroupState(text(reply.get(i)), (Long) reply.get(i + 1), (Long) reply.get(i + 2),
							(Long) reply.get(i + 3), text(reply.get(i + 4)), (lag >= 0) ? lag : null));
				}
				return groups;
			});
	}

	@Override
	public CompletableFuture<List<ConsumerState>> consumers(String group) {
		return this.connection
			.run(StreamScripts.CONSUMERS, List.of(this.stream), List.of(group, Membership.PARKING, SOME))
			.thenApply(SourceQuestions::consumers);
	}

	/** Continues after the last entry of a page. */
	private static String after(String id) {
		Assert.isTrue(START.matcher(id).matches(),
				() -> "'" + id + "' is not where a page starts; pass the next of the page before, or leave it out");
		return "(" + id;
	}

	private static String text(Object bytes) {
		return new String((byte[]) bytes, StandardCharsets.UTF_8);
	}

}
