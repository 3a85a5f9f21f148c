package io.redisbroker.engine.admin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.admin.DeadLetterFilter;
import io.redisbroker.admin.DeadLetterPage;
import io.redisbroker.admin.StoredDeadLetter;
import io.redisbroker.client.Command;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.Reply;
import io.redisbroker.client.Script;
import io.redisbroker.client.directory.RedisDirectory;
import io.redisbroker.deadletter.DeadLetterSource;

/**
 * Reads, counts and deletes the dead letters of a source, and no others that share their
 * stream. Scripts tell them apart, so that no others leave Redis.
 */
public final class LetterStore {

	static final String FIRST = "-";

	static final String LAST = "+";

	private static final Script READ = load("read.lua");

	private static final Script COUNT = load("count.lua");

	private static final Script PURGE = load("purge.lua");

	private static final Script DELETE = load("delete.lua");

	/** How many are read with one script at most. */
	private static final int MOST_AT_ONCE = 200;

	/** How many are looked at, and do not leave Redis, with one script at most. */
	private static final int MOST_INSIDE = 1000;

	/** How much of payloads and fields is in memory at once, and one letter more. */
	private static final long MOST_BYTES = 8 * 1024 * 1024;

	/** How many are looked at however few are asked for, since filters may pass few. */
	private static final int SOME_AT_ONCE = 20;

	private final RedisDirectory directory;

	public LetterStore(RedisDirectory directory) {
		this.directory = directory;
	}

	private RedisConnection redisOf(DeadLetterSource source) {
		return this.directory.get(source.connectionFactory()).shared();
	}

	private static Script load(String file) {
		return Script.load(LetterStore.class, "owner.lua", file);
	}

	/** How many the stream holds, of all that share it. */
	public CompletableFuture<Long> stored(DeadLetterSource source) {
		return redisOf(source).send(Command.of("XLEN", Reply.INTEGER).key(source.deadLetters()));
	}

	public CompletableFuture<Long> count(DeadLetterSource source) {
		return sum(COUNT, source, FIRST, LAST, 0);
	}

	/** Deletes those that are there now. */
	public CompletableFuture<Long> purge(DeadLetterSource source) {
		return lastId(source, DeadLetterFilter.ALL).thenCompose(
				(last) -> last.isEmpty() ? CompletableFuture.completedFuture(0L) : sum(PURGE, source, FIRST, last, 0));
	}

	private CompletableFuture<Long> sum(Script script, DeadLetterSource source, String from, String to, long before) {
		List<Object> args = args(source, from, to, MOST_INSIDE, MOST_BYTES);
		return redisOf(source).run(script, List.of(source.deadLetters()), args).thenCompose((lastAndCount) -> {
			String last = Reply.text(lastAndCount.get(0));
			long count = before + (Long) lastAndCount.get(1);
			return last.isEmpty() ? CompletableFuture.completedFuture(count)
					: sum(script, source, "(" + last, to, count);
		});
	}

	public CompletableFuture<Long> delete(DeadLetterSource source, Collection<String> ids) {
		List<String> left = List.copyOf(ids);
		List<Object> args = owner(source);
		args.addAll(left.subList(0, Math.min(MOST_INSIDE, left.size())));
		CompletableFuture<Long> deleted = redisOf(source).run(DELETE, List.of(source.deadLetters()), args)
			.thenApply((count) -> (Long) count.get(0));
		return (left.size() <= MOST_INSIDE) ? deleted : deleted.thenCompose(
				(count) -> delete(source, left.subList(MOST_INSIDE, left.size())).thenApply((more) -> count + more));
	}

	/** The id of the last of a time, of all that share the stream; empty for none. */
	public CompletableFuture<String> lastId(DeadLetterSource source, DeadLetterFilter filter) {
		Command<List<Object>> last = Command.of("XREVRANGE", Reply.ARRAY).key(source.deadLetters());
		return redisOf(source).send(last.arg(filter.end()).arg(filter.start()).arg("COUNT").arg(1))
			.thenApply((entries) -> entries.isEmpty() ? "" : letter(entries.get(0)).id());
	}

	/**
	 * Reads a page.
	 * @param filter which of them, whenever they were written
	 * @param from where to start
	 * @param to where to end
	 * @param most how many at most
	 */
	CompletableFuture<DeadLetterPage> page(DeadLetterSource source, DeadLetterFilter filter, String from, String to,
			int most) {
		return page(source, filter, from, to, most, Math.max(SOME_AT_ONCE, most), new ArrayList<>(), 0);
	}

	/** Looks on until a page is full, and at more each time. */
	private CompletableFuture<DeadLetterPage> page(DeadLetterSource source, DeadLetterFilter filter, String from,
			String to, int most, int wanted, List<StoredDeadLetter> found, long foundBytes) {
		int count = Math.min(MOST_AT_ONCE, wanted);
		List<Object> args = args(source, from, to, count, MOST_BYTES - foundBytes);
		return redisOf(source).run(READ, List.of(source.deadLetters()), args).thenCompose((lastAndEntries) -> {
			long bytes = foundBytes;
			for (Object entry : (List<?>) lastAndEntries.get(1)) {
				StoredDeadLetter letter = letter(entry);
				if (filter.matches(letter)) {
					found.add(letter);
					bytes += letter.size();
				}
				if (found.size() == most || bytes >= MOST_BYTES) {
					return CompletableFuture.completedFuture(new DeadLetterPage(found, "(" + letter.id()));
				}
			}
			String last = Reply.text(lastAndEntries.get(0));
			return last.isEmpty() ? CompletableFuture.completedFuture(new DeadLetterPage(found, null))
					: page(source, filter, "(" + last, to, most, 2 * count, found, bytes);
		});
	}

	private static List<Object> args(DeadLetterSource source, Object... more) {
		List<Object> args = owner(source);
		args.addAll(List.of(more));
		return args;
	}

	private static List<Object> owner(DeadLetterSource source) {
		return new ArrayList<>(
				List.of(source.source(), source.type(), source.decidingGroup(), source.decidingListener()));
	}

	private static StoredDeadLetter letter(Object entry) {
		List<?> idAndFields = (List<?>) entry;
		return new StoredDeadLetter(Reply.text(idAndFields.get(0)), (List<?>) idAndFields.get(1));
	}

}
