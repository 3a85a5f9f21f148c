package io.redisbroker.engine.settlement;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.message.Delivery;

/**
 * Settles deliveries in the way of a transport. Every operation proves in Redis that the
 * delivery still is this consumer's and changes nothing otherwise; futures then hold
 * {@code false}. An operation that Redis refuses, or does not answer, is repeated with
 * backoff until Redis carries it out. Thread-safe.
 */
public interface Settlement {

	/**
	 * Sets the observer of refusals; to be called before the first settlement.
	 * @param refusals the observer
	 */
	void reportTo(Refusals refusals);

	/**
	 * Acknowledges a delivery: it is not pending any more.
	 * @param delivery the delivery
	 * @param outcome receives whether it was ours. It is no future, since every message
	 * is acknowledged, and this saves an object for each
	 */
	void acknowledge(Delivery delivery, Outcome outcome);

	/**
	 * Hands back a delivery whose listener failed, to be delivered again.
	 * @param delivery the delivery
	 * @param after the time until then
	 * @return whether it was ours
	 */
	CompletableFuture<Boolean> retry(Delivery delivery, Duration after);

	/**
	 * Hands back a delivery that was begun and did not end, to be delivered again at
	 * once. That is no failure.
	 * @param delivery the delivery
	 * @return whether it was ours
	 */
	default CompletableFuture<Boolean> release(Delivery delivery) {
		return retry(delivery, Duration.ZERO);
	}

	/**
	 * Moves a delivery to the dead letters.
	 * @param delivery the delivery
	 * @param letter the reason
	 * @return whether it was ours
	 */
	CompletableFuture<Boolean> deadLetter(Delivery delivery, DeadLetter letter);

	/**
	 * Renews deliveries that are still being handled.
	 * @param deliveries the deliveries
	 * @return those that no longer are ours
	 */
	CompletableFuture<Renewal> renew(Collection<Delivery> deliveries);

	/**
	 * Waits until all settlements so far are carried out in Redis.
	 * @return completes when they are
	 */
	CompletableFuture<Void> settled();

	/**
	 * Hands back deliveries that have not begun, without raising their delivery counts.
	 * Those that are not ours any more are left alone.
	 * @param unstarted the deliveries
	 * @return those that were handed back
	 */
	CompletableFuture<Set<Delivery>> handBack(Collection<Delivery> unstarted);

	/**
	 * Ends a period of reading: hands back, without raising delivery counts, all
	 * deliveries that are pending for this consumer, and removes the consumer if none is
	 * left. Redis may have handed out more deliveries than have arrived here.
	 * @param unstarted deliveries that this consumer holds and never began
	 * @param held deliveries that it still handles or settles; left alone
	 * @return completes when it is done
	 */
	CompletableFuture<Void> leave(Collection<Delivery> unstarted, Collection<Delivery> held);

	/**
	 * The deliveries that could not be renewed.
	 *
	 * @param taken deliveries that belong to another consumer now
	 * @param gone deliveries that are not pending any more: another consumer has settled
	 * them, or the group or this consumer was deleted
	 */
	record Renewal(Set<Delivery> taken, Set<Delivery> gone) {

		/** All deliveries are renewed. */
		public static final Renewal COMPLETE = new Renewal(Set.of(), Set.of());

	}

}
