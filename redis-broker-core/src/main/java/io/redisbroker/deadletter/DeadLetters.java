package io.redisbroker.deadletter;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.RedisErrorException;
import io.redisbroker.converter.PayloadCodec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.Assert;

/**
 * The dead letters of the application's listeners: to look at, to put back into their
 * source (redrive), to delete. Knows the sources of registered listeners and no other
 * key, and of streams that several sources share the dead letters of those sources alone.
 * Thread-safe.
 *
 * <p>
 * To redrive is one step in Redis: the message is in its source again, with a fresh count
 * of deliveries and failures, and its dead letter is gone. A message is put back once,
 * however often that is asked for, and whichever process dies meanwhile. It goes to those
 * that gave up, and to no others: an entry of a stream to its consumer group, or to the
 * listener that reads without one. It keeps its id; {@link #redrive(String, String)} says
 * where that is another one for Redis.
 *
 * <p>
 * A failure of Redis arrives as it does when sending; see
 * {@link io.redisbroker.client.RedisConnection}.
 *
 * @since 0.1.0
 */
public final class DeadLetters {

	private static final Logger logger = LoggerFactory.getLogger(DeadLetters.class);

	/** How many are put back with one write at most. */
	private static final int MOST_AT_ONCE = 200;

	/** Redis takes numbers of 20 digits too, but not all of them. */
	private static final Pattern ID = Pattern.compile("\\d{1,19}-\\d{1,19}");

	private static final Pattern START = Pattern.compile("\\(?" + ID + "|-");

	private final LetterStore store;

	private final Redrive redrive;

	private final PayloadCodec codec;

	private final ScheduledExecutorService timer;

	private final Supplier<Collection<DeadLetterSource>> registered;

	private final Supplier<List<DeadLetterSource>> sources;

	/**
	 * Creates the dead letters.
	 * @param connection where Redis is
	 * @param codec encodes payloads that are replaced
	 * @param timer limits how fast many are put back
	 * @param registered the sources of registered listeners, with their groups and ids
	 */
	public DeadLetters(RedisConnection connection, PayloadCodec codec, ScheduledExecutorService timer,
			Supplier<Collection<DeadLetterSource>> registered) {
		this(new LetterStore(connection), new Redrive(connection), codec, timer, registered,
				() -> registered.get().stream().map(DeadLetterSource::whole).distinct().toList());
	}

	private DeadLetters(LetterStore store, Redrive redrive, PayloadCodec codec, ScheduledExecutorService timer,
			Supplier<Collection<DeadLetterSource>> registered, Supplier<List<DeadLetterSource>> sources) {
		this.store = store;
		this.redrive = redrive;
		this.codec = codec;
		this.timer = timer;
		this.registered = registered;
		this.sources = sources;
	}

	/**
	 * Returns where dead letters may be.
	 * @return the sources of registered listeners
	 */
	public List<DeadLetterSource> sources() {
		return this.sources.get();
	}

	/**
	 * Returns the dead letters of some sources only. Where listeners keep those of one
	 * source in several streams, this says which are meant.
	 * @param some the sources, of those that {@link #sources()} returns, for all groups
	 * and listeners or for one
	 * @return their dead letters
	 * @throws IllegalArgumentException when no listener has one of them
	 */
	public DeadLetters of(DeadLetterSource... some) {
		List<DeadLetterSource> chosen = List.of(some);
		List<DeadLetterSource> known = sources();
		Assert.isTrue(chosen.stream().allMatch((each) -> known.contains(each) || known.contains(each.whole())),
				() -> "Not all of " + chosen + " are among " + known);
		return withSources(() -> chosen);
	}

	/**
	 * Returns the dead letters of one listener only: of its consumer group where it reads
	 * streams with one, of all consumers where it reads queues.
	 * @param id the listener's id
	 * @return its dead letters
	 * @throws IllegalArgumentException when there is no such listener
	 */
	public DeadLetters ofListener(String id) {
		List<DeadLetterSource> chosen = this.registered.get()
			.stream()
			.filter((source) -> id.equals(source.listener()))
			.toList();
		Assert.isTrue(!chosen.isEmpty(), () -> "There is no listener '" + id + "'");
		return withSources(() -> chosen);
	}

	private DeadLetters withSources(Supplier<List<DeadLetterSource>> chosen) {
		return new DeadLetters(this.store, this.redrive, this.codec, this.timer, this.registered, chosen);
	}

	/**
	 * Counts dead letters, one by one inside Redis, 1,000 at a time: some milliseconds
	 * for each 1,000 in the stream.
	 * @param source the source's key
	 * @return how many there are
	 * @throws IllegalArgumentException when no listener has this source, or several keep
	 * its dead letters apart
	 */
	public long count(String source) {
		return RedisErrorException.join(() -> this.store.count(known(source)));
	}

	/**
	 * Counts what the stream holds that has the dead letters of a source, in no time.
	 * @param source the source's key
	 * @return how many there are, of all sources, groups and listeners that share the
	 * stream
	 * @throws IllegalArgumentException when no listener has this source, or several keep
	 * its dead letters apart
	 */
	public long stored(String source) {
		return RedisErrorException.join(() -> this.store.stored(known(source)));
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
		return RedisErrorException.join(() -> this.store.page(known(source), filter,
				(from != null) ? from : filter.start(), filter.end(), most));
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
		checked(id);
		return RedisErrorException.join(() -> this.store.page(known, DeadLetterFilter.ALL, id, id, 1))
			.letters()
			.stream()
			.findFirst();
	}

	/**
	 * Puts a message back into its source, for those that gave up. A message of a queue
	 * and an entry that its stream still has come again under the id they had. Where the
	 * entry is gone, or its group, a copy is added to the stream that only this group
	 * handles; {@link io.redisbroker.message.Delivery#id()} is the id of the original
	 * then, too. Only what was never acknowledged, with {@code ackMode = NONE} and from
	 * circular queues, has a new id in a queue.
	 * @param source the source's key
	 * @param id the dead letter's id
	 * @return whether it was there; {@code false} too when somebody else was faster
	 * @throws IllegalArgumentException when no listener has this source, or several keep
	 * its dead letters apart
	 */
	public boolean redrive(String source, String id) {
		DeadLetterSource known = redrivable(source);
		return find(source, id)
			.map((letter) -> RedisErrorException.join(() -> this.redrive.redrive(known, letter, null)))
			.orElse(false);
	}

	/**
	 * Puts a message back into its source with another payload and its headers. An entry
	 * of a stream comes as a copy, see {@link #redrive(String, String)}.
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
		return find(source, id)
			.map((letter) -> RedisErrorException.join(() -> this.redrive.redrive(known, letter, encoded)))
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
		return this.store.lastId(known, filter)
			.thenCompose((last) -> last.isEmpty() ? CompletableFuture.completedFuture(0L)
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
		ids.forEach(DeadLetters::checked);
		return RedisErrorException.join(() -> this.store.delete(known, ids));
	}

	/**
	 * Deletes all dead letters that are there now.
	 * @param source the source's key
	 * @return how many there were
	 * @throws IllegalArgumentException when no listener has this source, or several keep
	 * its dead letters apart
	 */
	public long purge(String source) {
		DeadLetterSource known = known(source);
		long removed = RedisErrorException.join(() -> this.store.purge(known));
		if (removed == 0) {
			logger.debug("'{}' has no dead letters in '{}' to delete", source, known.deadLetters());
			return 0;
		}
		logger.warn("Deleted all {} dead letters of '{}' in '{}'", removed, source, known.deadLetters());
		return removed;
	}

	private CompletableFuture<Long> redriveFrom(DeadLetterSource source, DeadLetterFilter filter, String from,
			String last, int perSecond, long before) {
		int most = Math.min(perSecond, MOST_AT_ONCE);
		return this.store.page(source, filter, from, last, most).thenCompose((page) -> {
			List<CompletableFuture<Boolean>> replies = page.letters()
				.stream()
				.map((letter) -> redriveOrLeave(source, letter))
				.toList();
			return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new)).thenCompose((nothing) -> {
				long count = before + replies.stream().filter(CompletableFuture::join).count();
				String next = page.next();
				if (next == null) {
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
		return CompletableFuture.completedFuture(letter)
			.thenCompose((each) -> this.redrive.redrive(source, each, null))
			.exceptionallyCompose((failure) -> {
				if (RedisErrorException.unwrap(failure) instanceof IllegalArgumentException refusal) {
					logger.warn("{}, and stays in '{}'", refusal.getMessage(), source.deadLetters());
					return CompletableFuture.completedFuture(false);
				}
				return CompletableFuture.failedFuture(failure);
			});
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

}
