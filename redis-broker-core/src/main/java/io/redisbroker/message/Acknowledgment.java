package io.redisbroker.message;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.listener.AckMode;

/**
 * Settles one delivery by hand, with {@link AckMode#MANUAL}. Until it is settled, the
 * message belongs to this consumer, is renewed, and counts against the number of messages
 * that the listener may hold. Only the first settlement counts; later ones return its
 * outcome. Thread-safe.
 *
 * <p>
 * Each method returns at once. Its future completes with {@code true} when Redis has
 * carried out the settlement. It completes with {@code false} when another consumer owns
 * the message by then, because the process or Redis stood still for longer than the
 * reclaim delay, or because the listener was stopped. A settlement that Redis refuses or
 * does not answer is repeated until Redis carries it out, so limit the time for which you
 * wait. When the application ends before that, the future completes exceptionally.
 *
 * @since 0.1.0
 */
public interface Acknowledgment {

	/**
	 * Acknowledges the message: it is handled and not delivered again.
	 * @return whether the settlement counted
	 */
	CompletableFuture<Boolean> acknowledge();

	/**
	 * Has the message delivered again after a pause. It counts as a failure, but
	 * {@code maxAttempts} does not apply: only after {@code maxDeliveries} deliveries the
	 * message becomes a dead letter instead.
	 * @param after the pause, by Redis' clock
	 * @return whether the settlement counted
	 * @throws IllegalArgumentException when the duration is negative
	 */
	CompletableFuture<Boolean> retry(Duration after);

	/**
	 * Moves the message to the dead letters, because it can't be handled.
	 * @param reason the reason, which the dead letter shows
	 * @return whether the settlement counted
	 */
	CompletableFuture<Boolean> deadLetter(String reason);

}
