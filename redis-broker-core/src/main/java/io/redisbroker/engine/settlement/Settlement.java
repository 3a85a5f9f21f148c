package io.redisbroker.engine.settlement;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.message.Delivery;

/**
 * How a transport ends deliveries. Every operation proves in Redis that the delivery
 * still is this consumer's and changes nothing otherwise; futures then hold
 * {@code false}. What Redis refuses, or does not answer, is repeated with backoff until
 * Redis carries it out. Thread-safe.
 */
public interface Settlement {

	/**
	 * Says who is told of refusals; to be called before anything is settled.
	 * @param refusals who is told
	 */
	void reportTo(Refusals refusals);

	/**
	 * Removes a delivery from what is pending.
	 * @param delivery the delivery
	 * @param outcome is told whether it was ours; every message is acknowledged, so this
	 * is worth doing without a future
	 */
	void acknowledge(Delivery delivery, Outcome outcome);

	/**
	 * Hands a delivery back whose listener failed, to be delivered again.
	 * @param delivery the delivery
	 * @param after how long to wait before
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
	 * @param letter why
	 * @return whether it was ours
	 */
	CompletableFuture<Boolean> deadLetter(Delivery delivery, DeadLetter letter);

	/**
	 * Says that deliveries are still being worked on.
	 * @param deliveries the deliveries
	 * @return those that no longer are ours
	 */
	CompletableFuture<Renewal> renew(Collection<Delivery> deliveries);

	/**
	 * Waits until everything handed in so far is settled in Redis.
	 * @return completes when it is
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
	 * Ends a period of reading: hands back, without raising delivery counts, everything
	 * that is pending for this consumer, and removes the consumer if nothing is pending
	 * for it. Redis may have handed out more than has arrived here.
	 * @param unstarted deliveries that this consumer holds and never began
	 * @param held deliveries that it still works on or settles; left alone
	 * @return completes when it is done
	 */
	CompletableFuture<Void> leave(Collection<Delivery> unstarted, Collection<Delivery> held);

	/**
	 * What could not be renewed.
	 *
	 * @param taken what belongs to another consumer now
	 * @param gone what belongs to nobody: another consumer has settled it, or somebody
	 * deleted the group or this consumer
	 */
	record Renewal(Set<Delivery> taken, Set<Delivery> gone) {

		/** Everything is renewed. */
		public static final Renewal COMPLETE = new Renewal(Set.of(), Set.of());

	}

}
