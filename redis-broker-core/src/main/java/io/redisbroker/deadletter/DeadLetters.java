package io.redisbroker.deadletter;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import io.redisbroker.client.Command;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.RedisErrorException;
import io.redisbroker.client.Reply;
import io.redisbroker.client.Script;
import io.redisbroker.converter.PayloadCodec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.Assert;

/**
 * The dead letters of the application's listeners: to look at, to put back into their
 * source (redrive), to delete. Knows the sources of registered listeners and no other
 * key. Thread-safe.
 *
 * <p>
 * To redrive is one step in Redis: the message is in its source again, with a fresh count
 * of deliveries and failures, and its dead letter is gone. A message is put back once,
 * whoever asks how often, and whichever process dies meanwhile. An entry that is put back
 * into a stream goes to all its groups.
 *
 * <p>
 * A failure of Redis arrives as it does when sending; see
 * {@link io.redisbroker.client.RedisConnection}.
 *
 * @since 0.1.0
 */
public final class DeadLetters {

	private static final Logger logger = LoggerFactory.getLogger(DeadLetters.class);

	private static final Script READ = Script.load(DeadLetters.class, "read.lua");

	private static final Script REDRIVE = Script.load(DeadLetters.class, "redrive.lua");

	/** How many are looked at, or put back, with one write at most. */
	private static final int MOST_AT_ONCE = 200;

	/** How much of payloads and fields is in memory at once, and one letter more. */
	private static final long MOST_BYTES = 8 * 1024 * 1024;

	/** How many are looked at however few are asked for, since filters may pass few. */
	private static final int SOME_AT_ONCE = 20;

	/** Redis takes numbers of 20 digits too, but not all of them. */
	private static final Pattern ID = Pattern.compile("\\d{1,19}-\\d{1,19}");

	private static final Pattern START = Pattern.compile("\\(?" + ID + "|-");

	private final RedisConnection connection;

	private final PayloadCodec codec;

	private final ScheduledExecutorService timer;

	private final Supplier<Collection<DeadLetterSource>> sources;

	/**
	 * Creates the dead letters.
	 * @param connection where Redis is
	 * @param codec encodes payloads that are replaced
	 * @param timer limits how fast many are put back
	 * @param sources the sources of registered listeners
	 */
	public DeadLetters(RedisConnection connection, PayloadCodec codec, ScheduledExecutorService timer,
			Supplier<Collection<DeadLetterSource>> sources) {
		this.connection = connection;
		this.codec = codec;
		this.timer = timer;
		this.sources = sources;
	}

	/**
	 * Returns where dead letters may be.
	 * @return the sources of registered listeners
	 */
	public List<DeadLetterSource> sources() {
		return this.sources.get().stream().distinct().toList();
	}

	/**
	 * Returns the dead letters of some sources only. Where listeners keep those of one
	 * source in several streams, this says which are meant.
	 * @param some the sources, of those that {@link #sources()} returns
	 * @return their dead letters
	 * @throws IllegalArgumentException when no listener has one of them
	 */
	public DeadLetters of(DeadLetterSource... some) {
		List<DeadLetterSource> chosen = List.of(some);
		Assert.isTrue(sources().containsAll(chosen), () -> "Not all of " + chosen + " are among " + sources());
		return new DeadLetters(this.connection, this.codec, this.timer, () -> chosen);
	}

	/**
	 * Counts dead letters.
	 * @param source the source's key
	 * @return how many there are; of all sources that share a stream for them
	 * @throws IllegalArgumentException when no listener has this source, or several keep
	 * its dead letters apart
	 */
	public long count(String source) {
		return RedisErrorException
			.join(() -> this.connection.send(Command.of("XLEN", Reply.INTEGER).key(known(source).deadLetters())));
	}

	/**
	 * Lists dead letters, the oldest first.
	 * @param source the source's key
	 * @param filter which of them
	 * @param from where to start: {@code null} for the first page, then
	 * {@link DeadLetterPage#next}
	 * @param most how many at most, at least 1
	 * @return a page; it ends before it is full with the letter that makes it larger than
	 * 8 MB
	 * @throws IllegalArgumentException when no listener has this source, or several keep
	 * its dead letters apart
	 */
	public DeadLetterPage list(String source, DeadLetterFilter filter, @Nullable String from, int most) {
		Assert.isTrue(most >= 1, "List 1 dead letter at least");
		Assert.isTrue(from == null || START.matcher(from).matches(), () -> "'" + from + "' is not where a page starts");
		return RedisErrorException
			.join(() -> page(known(source), filter, (from != null) ? from : filter.start(), most));
	}

	/**
	 * Finds a dead letter.
	 * @param source the source's key
	 * @param id the dead letter's id
	 * @return the dead letter, if it is there
	 * @throws IllegalArgumentException when no listener has this source, or several keep
	 * its dead letters apart
	 */
	public Optional<StoredDeadLetter> find(String source, String id) {
		DeadLetterSource known = known(source);
		Command<List<Object>> range = Command.of("XRANGE", Reply.ARRAY).key(known.deadLetters());
		return RedisErrorException.join(() -> this.connection.send(range.arg(checked(id)).arg(id)))
			.stream()
			.map(DeadLetters::letter)
			.filter((letter) -> isOf(known, letter))
			.findFirst();
	}

	/**
	 * Puts a message back into its source.
	 * @param source the source's key
	 * @param id the dead letter's id
	 * @return whether it was there; {@code false} too when somebody else was faster
	 * @throws IllegalArgumentException when no listener has this source, or several keep
	 * its dead letters apart
	 */
	public boolean redrive(String source, String id) {
		DeadLetterSource known = redrivable(source);
		return find(source, id).map((letter) -> RedisErrorException.join(() -> redrive(known, letter, null)))
			.orElse(false);
	}

	/**
	 * Puts a message back into its source with another payload and its headers.
	 * @param source the source's key
	 * @param id the dead letter's id
	 * @param payload the payload in place of the one it had: bytes, text or anything that
	 * Jackson writes
	 * @return whether it was there
	 * @throws IllegalArgumentException when no listener has this source, or several keep
	 * its dead letters apart, or the message has fields and no payload
	 */
	public boolean redrive(String source, String id, Object payload) {
		DeadLetterSource known = redrivable(source);
		byte[] encoded = this.codec.encode(payload);
		return find(source, id).map((letter) -> RedisErrorException.join(() -> redrive(known, letter, encoded)))
			.orElse(false);
	}

	/**
	 * Puts many messages back into their source, the oldest first: those that are there
	 * now, and none that becomes a dead letter meanwhile. When it fails, or the process
	 * ends, some are back and the others are dead letters still.
	 * @param source the source's key
	 * @param filter which of them
	 * @param perSecond how many per second at most, at least 1
	 * @return how many were put back, when all are
	 * @throws IllegalArgumentException when no listener has this source, or several keep
	 * its dead letters apart
	 */
	public CompletableFuture<Long> redriveAll(String source, DeadLetterFilter filter, int perSecond) {
		Assert.isTrue(perSecond >= 1, "Redrive 1 message per second at least");
		DeadLetterSource known = redrivable(source);
		return lastId(known).thenCompose((last) -> last.isEmpty() ? CompletableFuture.completedFuture(0L)
				: redriveFrom(known, filter, filter.start(), last, perSecond, 0))
			.whenComplete((count, failure) -> {
				if (failure == null) {
					logger.info("Put {} dead letters back into '{}'", count, source);
				}
				else {
					logger.error("Could not put all dead letters back into '{}'", source, failure);
				}
			});
	}

	/**
	 * Deletes dead letters.
	 * @param source the source's key
	 * @param ids their ids
	 * @return how many were there
	 * @throws IllegalArgumentException when no listener has this source, or several keep
	 * its dead letters apart
	 */
	public long delete(String source, Collection<String> ids) {
		DeadLetterSource known = known(source);
		if (ids.isEmpty()) {
			return 0;
		}
		Command<Long> delete = Command.of("XDEL", Reply.INTEGER).key(known.deadLetters());
		ids.forEach((id) -> delete.arg(checked(id)));
		return RedisErrorException.join(() -> this.connection.send(delete));
	}

	/**
	 * Deletes all dead letters.
	 * @param source the source's key
	 * @return how many there were; of all sources that share a stream for them
	 * @throws IllegalArgumentException when no listener has this source, or several keep
	 * its dead letters apart
	 */
	public long purge(String source) {
		String key = known(source).deadLetters();
		long removed = RedisErrorException.join(
				() -> this.connection.send(Command.of("XTRIM", Reply.INTEGER).key(key).arg("MAXLEN").arg("=").arg(0)));
		logger.warn("Deleted all {} dead letters in '{}'", removed, key);
		return removed;
	}

	private CompletableFuture<String> lastId(DeadLetterSource source) {
		return this.connection
			.send(Command.of("XREVRANGE", Reply.ARRAY).key(source.deadLetters()).arg("+").arg("-").arg("COUNT").arg(1))
			.thenApply((entries) -> entries.isEmpty() ? "" : letter(entries.get(0)).id());
	}

	private CompletableFuture<Long> redriveFrom(DeadLetterSource source, DeadLetterFilter filter, String from,
			String last, int perSecond, long before) {
		int most = Math.min(perSecond, MOST_AT_ONCE);
		return page(source, filter, from, most).thenCompose((page) -> {
			List<CompletableFuture<Boolean>> replies = page.letters()
				.stream()
				.filter((letter) -> compare(letter.id(), last) <= 0)
				.map((letter) -> redriveOrLeave(source, letter))
				.toList();
			return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new)).thenCompose((nothing) -> {
				long count = before + replies.stream().filter(CompletableFuture::join).count();
				String next = page.next();
				if (next == null || replies.size() < page.letters().size()) {
					return CompletableFuture.completedFuture(count);
				}
				return after(TimeUnit.SECONDS.toNanos(replies.size()) / perSecond)
					.thenCompose((paused) -> redriveFrom(source, filter, next, last, perSecond, count));
			});
		});
	}

	private CompletableFuture<Void> after(long nanos) {
		CompletableFuture<Void> paused = new CompletableFuture<>();
		this.timer.schedule(() -> paused.complete(null), nanos, TimeUnit.NANOSECONDS);
		return paused;
	}

	/** One that can't be put back keeps none of the others from it. */
	private CompletableFuture<Boolean> redriveOrLeave(DeadLetterSource source, StoredDeadLetter letter) {
		try {
			return redrive(source, letter, null);
		}
		catch (IllegalArgumentException ex) {
			logger.warn("{}, and stays in '{}'", ex.getMessage(), source.deadLetters());
			return CompletableFuture.completedFuture(false);
		}
	}

	private CompletableFuture<Boolean> redrive(DeadLetterSource source, StoredDeadLetter letter,
			byte @Nullable [] payload) {
		List<Object> args = new ArrayList<>();
		args.add(letter.id());
		if (source.type().equals("stream")) {
			args.add("XADD");
			args.addAll(letter.entry(payload));
		}
		else {
			args.add("LPUSH");
			args.add(letter.message(payload));
		}
		return this.connection.run(REDRIVE, List.of(source.deadLetters(), source.source()), args)
			.thenApply((count) -> (Long) count.get(0) > 0);
	}

	private CompletableFuture<DeadLetterPage> page(DeadLetterSource source, DeadLetterFilter filter, String from,
			int most) {
		return page(source, filter, from, most, Math.max(SOME_AT_ONCE, most), new ArrayList<>(), 0);
	}

	/** Looks on until a page is full, and at more each time. */
	private CompletableFuture<DeadLetterPage> page(DeadLetterSource source, DeadLetterFilter filter, String from,
			int most, int wanted, List<StoredDeadLetter> found, long foundBytes) {
		int count = Math.min(MOST_AT_ONCE, wanted);
		List<Object> args = List.of(from, filter.end(), count, MOST_BYTES - foundBytes);
		return this.connection.run(READ, List.of(source.deadLetters()), args).thenCompose((moreAndEntries) -> {
			String next = null;
			long bytes = foundBytes;
			for (Object entry : (List<?>) moreAndEntries.get(1)) {
				StoredDeadLetter letter = letter(entry);
				next = "(" + letter.id();
				if (isOf(source, letter) && filter.matches(letter)) {
					found.add(letter);
					bytes += letter.size();
				}
				if (found.size() == most || bytes >= MOST_BYTES) {
					return CompletableFuture.completedFuture(new DeadLetterPage(found, next));
				}
			}
			return (next == null || (Long) moreAndEntries.get(0) == 0)
					? CompletableFuture.completedFuture(new DeadLetterPage(found, null))
					: page(source, filter, next, most, 2 * count, found, bytes);
		});
	}

	private static StoredDeadLetter letter(Object entry) {
		List<?> idAndFields = (List<?>) entry;
		return new StoredDeadLetter(new String((byte[]) idAndFields.get(0), StandardCharsets.US_ASCII),
				(List<?>) idAndFields.get(1));
	}

	private static boolean isOf(DeadLetterSource source, StoredDeadLetter letter) {
		String type = letter.told("source-type");
		return (type == null || type.equals(source.type()))
				&& (source.type().equals("channel") || letter.source().equals(source.source()));
	}

	private DeadLetterSource known(String source) {
		List<DeadLetterSource> known = sources().stream().filter((each) -> each.source().equals(source)).toList();
		Assert.isTrue(!known.isEmpty(), () -> "No listener reads '" + source + "'; there are "
				+ sources().stream().map(DeadLetterSource::source).toList());
		Assert.isTrue(known.size() == 1, () -> "Listeners keep the dead letters of '" + source
				+ "' apart; say which are meant by DeadLetters.of one of " + known);
		return known.get(0);
	}

	private DeadLetterSource redrivable(String source) {
		DeadLetterSource known = known(source);
		Assert.isTrue(!known.type().equals("channel"), () -> "What was published on '" + source
				+ "' can't be put back; publish it again, and delete the dead letter");
		return known;
	}

	private static String checked(String id) {
		Assert.isTrue(ID.matcher(id).matches(), () -> "'" + id + "' is no id of a dead letter");
		return id;
	}

	private static int compare(String one, String other) {
		int byTime = Long.compareUnsigned(part(one, 0), part(other, 0));
		return (byTime != 0) ? byTime : Long.compareUnsigned(part(one, 1), part(other, 1));
	}

	private static long part(String id, int index) {
		return Long.parseUnsignedLong(id.split("-")[index]);
	}

}
