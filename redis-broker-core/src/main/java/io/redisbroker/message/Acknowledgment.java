package io.redisbroker.message;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.listener.AckMode;

/**
 * Settles one delivery by hand, with {@link AckMode#MANUAL}. Until then the message stays
 * this consumer's, is renewed, and counts against what the listener may hold.
 * Thread-safe; only the first settlement counts, later ones return its outcome. Each
 * returns at once. Its future completes with {@code true} when Redis has carried it out,
 * and with {@code false} when the message no longer was this consumer's: the process or
 * Redis stood still for longer than the reclaim delay, or the listener was stopped, and
 * another consumer owns it now. A settlement that Redis refuses, or does not answer, is
 * repeated until Redis carries it out, so limit the time for which you wait; the future
 * completes exceptionally when the application ends before that.
 *
 * @since 0.1.0
 */
public interface Acknowledgment {

	/**
	 * The message is handled.
	 * @return the outcome
	 */
	CompletableFuture<Boolean> acknowledge();

	/**
	 * The message is to be delivered again. That counts as a failure, and is carried out
	 * all the same until the message was delivered as often as {@code maxDeliveries}
	 * says.
	 * @param after how long to wait before, by Redis' clock
	 * @return the outcome
	 * @throws IllegalArgumentException when the duration is negative
	 */
	CompletableFuture<Boolean> retry(Duration after);

	/**
	 * The message can't be handled.
	 * @param reason why, for whoever reads the dead letters
	 * @return the outcome
	 */
	CompletableFuture<Boolean> deadLetter(String reason);

}
