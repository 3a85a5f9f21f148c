package io.redisbroker.engine.admin;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import io.redisbroker.admin.DeadLetterFilter;
import io.redisbroker.admin.DeadLetterPage;
import io.redisbroker.admin.DeadLetters;
import io.redisbroker.admin.StoredDeadLetter;
import io.redisbroker.client.Failures;
import io.redisbroker.client.directory.RedisDirectory;
import io.redisbroker.converter.PayloadCodec;
import io.redisbroker.deadletter.DeadLetterSource;
import io.redisbroker.engine.registry.Redrive;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.messaging.MessageHeaders;
import org.springframework.util.Assert;

/**
 * Dead letters in their streams in Redis.
 */
public final class RedisDeadLetters implements DeadLetters {

	private static final Logger logger = LoggerFactory.getLogger(RedisDeadLetters.class);

	/** The most messages that are put back at the same time. */
	private static final int MOST_AT_ONCE = 200;

	/** Redis takes numbers of 20 digits too, but not all of them. */
	private static final Pattern ID = Pattern.compile("\\d{1,19}-\\d{1,19}");

	private static final Pattern START = Pattern.compile("\\(?" + ID + "|-");

	private final LetterStore store;

	private final Function<DeadLetterSource, Redrive> redrives;

	private final PayloadCodec codec;

	private final ScheduledExecutorService timer;

	private final Supplier<Collection<DeadLetterSource>> registered;

	private final Supplier<List<DeadLetterSource>> sources;

	/**
	 * Creates the dead letters.
	 * @param directory every Redis that sources are in
	 * @param codec encodes payloads that are replaced
	 * @param timer limits the rate at which many are put back
	 * @param registered the sources of registered listeners, with their groups and ids
	 * @param redrives the way to put dead letters of a source back; an
	 * {@link IllegalArgumentException} for one without such a way
	 */
	public RedisDeadLetters(RedisDirectory directory, PayloadCodec codec, ScheduledExecutorService timer,
			Supplier<Collection<DeadLetterSource>> registered, Function<DeadLetterSource, Redrive> redrives) {
		this(new LetterStore(directory), redrives, codec, timer, registered,
				() -> registered.get().stream().map(DeadLetterSource::whole).distinct().toList());
	}

	private RedisDeadLetters(LetterStore store, Function<DeadLetterSource, Redrive> redrives, PayloadCodec codec,
			ScheduledExecutorService timer, Supplier<Collection<DeadLetterSource>> registered,
			Supplier<List<DeadLetterSource>> sources) {
		this.store = store;
		this.redrives = redrives;
		this.codec = codec;
		this.timer = timer;
		this.registered = registered;
		this.sources = sources;
	}

	@Override
	public List<DeadLetterSource> sources() {
		return this.sources.get();
	}

	@Override
	public DeadLetters of(DeadLetterSource... some) {
		List<DeadLetterSource> chosen = List.of(some);
		List<DeadLetterSource> known = sources();
		Assert.isTrue(chosen.stream().allMatch((each) -> known.contains(each) || known.contains(each.whole())),
				() -> "Not all of " + chosen + " are among " + known);
		return withSources(() -> chosen);
	}

	@Override
	public DeadLetters ofListener(String id) {
		List<DeadLetterSource> chosen = this.registered.get()
			.stream()
			.filter((source) -> id.equals(source.listener()))
			.toList();
		Assert.isTrue(!chosen.isEmpty(), () -> "There is no listener '" + id + "'");
		return withSources(() -> chosen);
	}

	private DeadLetters withSources(Supplier<List<DeadLetterSource>> chosen) {
		return new RedisDeadLetters(this.store, this.redrives, this.codec, this.timer, this.registered, chosen);
	}

	@Override
	public long count(String source) {
		return Failures.join(() -> this.store.count(known(source)));
	}

	@Override
	public long stored(String source) {
		return Failures.join(() -> this.store.stored(known(source)));
	}

	@Override
	public DeadLetterPage list(String source, DeadLetterFilter filter, @Nullable String from, int most) {
		Assert.isTrue(most >= 1, "List 1 dead letter at least");
		Assert.isTrue(from == null || START.matcher(from).matches(), () -> "'" + from + "' is not where a page starts");
		return Failures.join(() -> this.store.page(known(source), filter, (from != null) ? from : filter.start(),
				filter.end(), most));
	}

	@Override
	public Optional<StoredDeadLetter> find(String source, String id) {
		DeadLetterSource known = known(source);
		checked(id);
		return Failures.join(() -> this.store.page(known, DeadLetterFilter.ALL, id, id, 1))
			.letters()
			.stream()
			.findFirst();
	}

	@Override
	public boolean redrive(String source, String id) {
		Redrive redrive = this.redrives.apply(known(source));
		return find(source, id).map((letter) -> Failures.join(() -> redrive.putBack(letter, null))).orElse(false);
	}

	@Override
	public boolean redrive(String source, String id, Object payload) {
		Assert.notNull(payload, "A payload is not null");
		Redrive redrive = this.redrives.apply(known(source));
		return find(source, id)
			.map((letter) -> Failures.join(() -> redrive.putBack(letter,
					this.codec.encodeReplacement(payload, letter.headers().get(MessageHeaders.CONTENT_TYPE)))))
			.orElse(false);
	}

	@Override
	public CompletableFuture<Long> redriveAll(String source, DeadLetterFilter filter, int perSecond) {
		Assert.isTrue(perSecond >= 1, "Redrive 1 message per second at least");
		DeadLetterSource known = known(source);
		Redrive redrive = this.redrives.apply(known);
		return this.store.lastId(known, filter)
			.thenCompose((last) -> last.isEmpty() ? CompletableFuture.completedFuture(0L)
					: redriveFrom(known, redrive, filter, filter.start(), last, perSecond, 0))
			.whenComplete((count, failure) -> {
				if (failure == null) {
					logger.info("Put {} dead letters back into '{}'", count, source);
				}
				else {
					logger.error("Could not put all dead letters back into '{}'", source, failure);
				}
			});
	}

	@Override
	public long delete(String source, Collection<String> ids) {
		DeadLetterSource known = known(source);
		if (ids.isEmpty()) {
			return 0;
		}
		ids.forEach(RedisDeadLetters::checked);
		return Failures.join(() -> this.store.delete(known, ids));
	}

	@Override
	public long purge(String source) {
		DeadLetterSource known = known(source);
		long removed = Failures.join(() -> this.store.purge(known));
		if (removed == 0) {
			logger.debug("'{}' has no dead letters in '{}' to delete", source, known.deadLetters());
			return 0;
		}
		logger.warn("Deleted all {} dead letters of '{}' in '{}'", removed, source, known.deadLetters());
		return removed;
	}

	private CompletableFuture<Long> redriveFrom(DeadLetterSource source, Redrive redrive, DeadLetterFilter filter,
			String from, String last, int perSecond, long before) {
		int most = Math.min(perSecond, MOST_AT_ONCE);
		return this.store.page(source, filter, from, last, most).thenCompose((page) -> {
			List<CompletableFuture<Boolean>> replies = page.letters()
				.stream()
				.map((letter) -> redriveOrLeave(source, redrive, letter))
				.toList();
			return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new)).thenCompose((nothing) -> {
				long count = before + replies.stream().filter(CompletableFuture::join).count();
				String next = page.next();
				if (next == null) {
					return CompletableFuture.completedFuture(count);
				}
				return after(TimeUnit.SECONDS.toNanos(replies.size()) / perSecond)
					.thenCompose((paused) -> redriveFrom(source, redrive, filter, next, last, perSecond, count));
			});
		});
	}

	private CompletableFuture<Void> after(long nanos) {
		CompletableFuture<Void> paused = new CompletableFuture<>();
		this.timer.schedule(() -> paused.complete(null), nanos, TimeUnit.NANOSECONDS);
		return paused;
	}

	/** One that can't be put back does not keep the others in the dead letters. */
	private CompletableFuture<Boolean> redriveOrLeave(DeadLetterSource source, Redrive redrive,
			StoredDeadLetter letter) {
		return CompletableFuture.completedFuture(letter)
			.thenCompose((each) -> redrive.putBack(each, null))
			.exceptionallyCompose((failure) -> {
				if (Failures.unwrap(failure) instanceof IllegalArgumentException refusal) {
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

	private static String checked(String id) {
		Assert.isTrue(ID.matcher(id).matches(), () -> "'" + id + "' is no id of a dead letter");
		return id;
	}

}
