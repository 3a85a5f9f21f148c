package io.redisbroker.engine.settlement;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiFunction;
import java.util.function.Function;

import io.redisbroker.client.Reply;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.message.Delivery;
import io.redisbroker.retry.Backoff;

/**
 * Settles the deliveries that this consumer owns in Redis. Each operation first proves
 * the ownership in its script, so a consumer that was frozen can't harm the one that took
 * over. Thread-safe.
 */
public final class OwnedSettlement implements Settlement {

	private final Claims claims;

	private final ScheduledExecutorService timer;

	private final Map<String, Coalescer<Delivery>> acknowledgments = new ConcurrentHashMap<>();

	private final Map<String, Coalescer<Again>> retries = new ConcurrentHashMap<>();

	private final Map<String, LetterWriter> letters = new ConcurrentHashMap<>();

	private volatile Refusals refusals = Refusals.NONE;

	/**
	 * Creates a settlement.
	 * @param claims the transport's scripts
	 * @param timer for the pauses while Redis can't be reached
	 */
	public OwnedSettlement(Claims claims, ScheduledExecutorService timer) {
		this.claims = claims;
		this.timer = timer;
	}

	@Override
	public void reportTo(Refusals refusals) {
		this.refusals = refusals;
	}

	@Override
	public void acknowledge(Delivery delivery, Outcome outcome) {
		// for each message: a look that takes no lock comes first
		Coalescer<Delivery> known = this.acknowledgments.get(delivery.source());
		Coalescer<Delivery> acknowledgments = (known != null) ? known
				: this.acknowledgments.computeIfAbsent(delivery.source(), this::newAcknowledgments);
		acknowledgments.submit(delivery, outcome);
	}

	private Coalescer<Delivery> newAcknowledgments(String source) {
		return new Coalescer<>(this.timer, Backoff.RECONNECT, this.refusals.of(source),
				(deliveries, repeated) -> notOursOf(deliveries, repeated, this.claims::acknowledge));
	}

	@Override
	public CompletableFuture<Boolean> retry(Delivery delivery, Duration after) {
		return retry(new Again(delivery, after, true));
	}

	@Override
	public CompletableFuture<Boolean> release(Delivery delivery) {
		return retry(new Again(delivery, Duration.ZERO, false));
	}

	private CompletableFuture<Boolean> retry(Again again) {
		return this.retries
			.computeIfAbsent(again.delivery().source(),
					(source) -> new Coalescer<>(this.timer, Backoff.RECONNECT, this.refusals.of(source),
							this::runRetries))
			.submit(again);
	}

	@Override
	public CompletableFuture<Boolean> deadLetter(Delivery delivery, DeadLetter letter) {
		return this.letters
			.computeIfAbsent(delivery.source(),
					(source) -> new LetterWriter(this::writeLetter, this.timer, () -> this.refusals.of(source)))
			.write(delivery, letter);
	}

	@Override
	public CompletableFuture<Renewal> renew(Collection<Delivery> deliveries) {
		Set<Delivery> taken = ConcurrentHashMap.newKeySet();
		Set<Delivery> gone = ConcurrentHashMap.newKeySet();
		return inBatches(deliveries, (source, some) -> this.claims.renew(source, some).thenAccept((lists) -> {
			taken.addAll(named((List<?>) lists.get(0), some));
			gone.addAll(named((List<?>) lists.get(1), some));
		})).thenApply((nothing) -> new Renewal(taken, gone));
	}

	@Override
	public CompletableFuture<Void> settled() {
		List<CompletableFuture<Void>> all = new ArrayList<>();
		this.acknowledgments.values().forEach((each) -> all.add(each.settled()));
		this.retries.values().forEach((each) -> all.add(each.settled()));
		this.letters.values().forEach((each) -> all.add(each.settled()));
		return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
	}

	@Override
	public CompletableFuture<Set<Delivery>> handBack(Collection<Delivery> unstarted) {
		Set<Delivery> handedBack = ConcurrentHashMap.newKeySet();
		return inBatches(unstarted,
				(source, some) -> this.claims.handBack(source, some)
					.thenAccept((reply) -> handedBack.addAll(named((List<?>) reply.get(1), some))))
			.thenApply((nothing) -> handedBack);
	}

	@Override
	public CompletableFuture<Void> leave(Collection<Delivery> unstarted, Collection<Delivery> held) {
		return this.claims.leave(unstarted, held);
	}

	private CompletableFuture<Set<Again>> runRetries(List<Again> batch, boolean repeated) {
		Map<Delivery, Again> byDelivery = new LinkedHashMap<>();
		batch.forEach((each) -> byDelivery.put(each.delivery(), each));
		return notOursOf(byDelivery.keySet(), repeated,
				(source, some) -> this.claims.retry(source,
						some.stream().map(byDelivery::get).filter(Objects::nonNull).toList()))
			.thenApply((notOurs) -> pick(batch, notOurs, Again::delivery));
	}

	private CompletableFuture<Boolean> writeLetter(Delivery delivery, DeadLetter letter, boolean repeated) {
		return this.claims.deadLetter(delivery, letter)
			.thenApply((lists) -> notOurs(lists, List.of(delivery), repeated).isEmpty());
	}

	/** Runs a script, which returns the claims that do not hold. */
	private CompletableFuture<Set<Delivery>> notOursOf(Collection<Delivery> deliveries, boolean repeated,
			BiFunction<String, List<Delivery>, CompletableFuture<List<Object>>> script) {
		Set<Delivery> notOurs = ConcurrentHashMap.newKeySet();
		return inBatches(deliveries,
				(source, some) -> script.apply(source, some)
					.thenAccept((lists) -> notOurs.addAll(notOurs(lists, some, repeated))))
			.thenApply((nothing) -> notOurs);
	}

	/**
	 * Deliveries that another consumer took are not ours, and neither are those that are
	 * gone. But when a command is repeated, it may have settled the latter itself, in the
	 * first try, whose reply never arrived.
	 */
	private Set<Delivery> notOurs(List<Object> takenAndGone, List<Delivery> deliveries, boolean repeated) {
		List<?> taken = (List<?>) takenAndGone.get(0);
		List<?> gone = (List<?>) takenAndGone.get(1);
		if (taken.isEmpty() && (repeated || gone.isEmpty())) {
			return Set.of();
		}
		Set<Delivery> notOurs = new HashSet<>(named(taken, deliveries));
		if (!repeated) {
			notOurs.addAll(named(gone, deliveries));
		}
		return notOurs;
	}

	/** By source, and in calls that Redis' Lua can take. */
	private CompletableFuture<Void> inBatches(Collection<Delivery> deliveries,
			BiFunction<String, List<Delivery>, CompletableFuture<Void>> work) {
		List<CompletableFuture<Void>> answers = new ArrayList<>();
		bySource(deliveries).forEach((source, all) -> {
			if (all.size() > ScriptLimits.MOST_DELIVERIES) {
				// a script looks through the range that its deliveries span
				all.sort(this.claims.order());
			}
			for (int from = 0; from < all.size(); from += ScriptLimits.MOST_DELIVERIES) {
				answers.add(work.apply(source,
						all.subList(from, Math.min(all.size(), from + ScriptLimits.MOST_DELIVERIES))));
			}
		});
		return (answers.size() == 1) ? answers.get(0)
				: CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new));
	}

	private Set<Delivery> named(List<?> claims, List<Delivery> deliveries) {
		if (claims.isEmpty()) {
			return Set.of();
		}
		Set<String> names = new HashSet<>();
		claims.forEach((claim) -> names.add(Reply.text(claim)));
		Set<Delivery> named = new HashSet<>(deliveries);
		named.removeIf((delivery) -> !names.contains(this.claims.nameOf(delivery)));
		return named;
	}

	private static <T> Set<T> pick(List<T> items, Set<Delivery> chosen, Function<T, Delivery> delivery) {
		Set<T> picked = new HashSet<>(items);
		picked.removeIf((item) -> !chosen.contains(delivery.apply(item)));
		return picked;
	}

	/**
	 * Groups deliveries by source.
	 * @param deliveries the deliveries
	 * @return a list for each source, in the order given
	 */
	public static Map<String, List<Delivery>> bySource(Collection<Delivery> deliveries) {
		Map<String, List<Delivery>> bySource = new LinkedHashMap<>();
		for (Delivery delivery : deliveries) {
			bySource.computeIfAbsent(delivery.source(), (it) -> new ArrayList<>()).add(delivery);
		}
		return bySource;
	}

	/**
	 * A delivery that is to be delivered again.
	 *
	 * @param delivery the delivery
	 * @param after how long it waits before
	 * @param failed whether its listener failed; otherwise it did not end
	 */
	public record Again(Delivery delivery, Duration after, boolean failed) {
	}

	/**
	 * The scripts of a transport that prove the ownership of deliveries. Their replies
	 * begin with two lists of names: claims that another consumer took, and claims that
	 * are gone, which another consumer may have settled. They are called with deliveries
	 * of one source, at most {@value ScriptLimits#MOST_DELIVERIES}.
	 */
	public interface Claims {

		/**
		 * Names a claim as the scripts do.
		 * @param delivery the delivery
		 * @return the name
		 */
		String nameOf(Delivery delivery);

		/**
		 * Returns the order in which Redis keeps claims, so that scripts for some of many
		 * deliveries pass over no others.
		 * @return the order; none for claims that are looked up one by one
		 */
		default Comparator<Delivery> order() {
			return (one, other) -> 0;
		}

		/**
		 * Acknowledges the deliveries that are ours.
		 * @param source the source
		 * @param deliveries the deliveries
		 * @return claims that were taken, claims that are gone
		 */
		CompletableFuture<List<Object>> acknowledge(String source, List<Delivery> deliveries);

		/**
		 * Renews the deliveries that are ours.
		 * @param source the source
		 * @param deliveries the deliveries
		 * @return claims that were taken, claims that are gone
		 */
		CompletableFuture<List<Object>> renew(String source, List<Delivery> deliveries);

		/**
		 * Has the deliveries that are ours delivered again.
		 * @param source the source
		 * @param deliveries the deliveries
		 * @return claims that were taken, claims that are gone; safe to repeat
		 */
		CompletableFuture<List<Object>> retry(String source, List<Again> deliveries);

		/**
		 * Moves a delivery that is ours to the dead letters.
		 * @param delivery the delivery
		 * @param letter the reason
		 * @return claims that were taken, claims that are gone
		 */
		CompletableFuture<List<Object>> deadLetter(Delivery delivery, DeadLetter letter);

		/**
		 * See {@link Settlement#handBack}.
		 * @param source the source
		 * @param unstarted deliveries that were never begun
		 * @return how many were handed back, and the names of their claims
		 */
		CompletableFuture<List<Object>> handBack(String source, List<Delivery> unstarted);

		/**
		 * See {@link Settlement#leave}.
		 * @param unstarted deliveries that were never begun
		 * @param held deliveries that are being handled or settled
		 * @return completes when it is done
		 */
		CompletableFuture<Void> leave(Collection<Delivery> unstarted, Collection<Delivery> held);

	}

}
