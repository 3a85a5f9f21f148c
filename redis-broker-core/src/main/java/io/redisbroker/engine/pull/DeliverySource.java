package io.redisbroker.engine.pull;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.engine.settlement.Settlement;
import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * Brings deliveries to the pull loop: the one seam behind which queue and stream differ,
 * together with {@link Settlement}. The loop never calls {@link #receive} or
 * {@link #recover} again before the previous call is answered.
 */
public interface DeliverySource {

	/**
	 * Names the source, for log lines.
	 * @return for example {@code orders, invoices}
	 */
	String name();

	/**
	 * Returns the name of the consumer under which Redis knows this reader.
	 * @return the name, or {@code null} where Redis does not know readers
	 */
	default @Nullable String consumer() {
		return null;
	}

	/**
	 * Prepares Redis for reading and fixes the position from which to read, so that
	 * messages sent after this completes are received. May be called again.
	 * @return completes when Redis is prepared
	 */
	CompletableFuture<Void> open();

	/**
	 * Waits in Redis for messages. Fails at once when Redis can't be reached; the next
	 * call tries again.
	 * @param max how many at most; a source that reads several keys may exceed it by
	 * their number
	 * @return the deliveries; empty when no message came for a while
	 */
	CompletableFuture<List<Delivery>> receive(int max);

	/**
	 * Tells whether a reply may have been lost that handed out deliveries. Then
	 * {@link #recover} is called in place of {@link #receive}, and not while a
	 * {@link #reclaim} runs, which may bring the same deliveries.
	 * @return whether there may be deliveries to recover
	 */
	boolean mustRecover();

	/**
	 * Fetches again the deliveries that a lost reply carried, or receives new ones where
	 * there are none.
	 * @param held the deliveries that have arrived and are not settled yet
	 * @param max how many at most
	 * @return the deliveries
	 */
	CompletableFuture<List<Delivery>> recover(Collection<Delivery> held, int max);

	/**
	 * Returns for how long a {@link #receive} may pause before it asks Redis.
	 * @return the duration, zero where it asks at once
	 */
	default Duration pause() {
		return Duration.ZERO;
	}

	/**
	 * Tells whether the answer to {@link #receive} shows that Redis has no more messages.
	 * @param brought how many deliveries it brought
	 * @param max how many were asked for
	 * @return whether it does; {@code false} when that can't be told
	 */
	default boolean isDrained(int brought, int max) {
		return brought < max;
	}

	/**
	 * Takes over deliveries of consumers that died, and messages that are due.
	 * @param room how many at most
	 * @param anew whether to look everywhere; otherwise it is enough to go on where the
	 * last call found something
	 * @return the deliveries; empty when there are no more
	 */
	CompletableFuture<List<Delivery>> reclaim(ReclaimRoom room, boolean anew);

	/**
	 * Learns that a message will be due, which is then worth a {@link #reclaim}.
	 * @param millis the time until then, negative when there is no such message
	 */
	void dueIn(long millis);

	/**
	 * Returns how long a delivery may go without renewal before other consumers may
	 * reclaim it.
	 * @return the duration, or zero when deliveries can't be reclaimed
	 */
	Duration lease();

	/**
	 * Calls back when a {@link #reclaim} is worthwhile before its time.
	 * @param listener called on an I/O thread
	 * @return ends the notifications
	 */
	Runnable onWakeUp(Runnable listener);

	/**
	 * Returns how deliveries of this source are settled.
	 * @return the settlement
	 */
	Settlement settlement();

	/**
	 * Stops waiting in Redis and closes the connection. The source may be opened again.
	 * @return completes when it is closed
	 */
	CompletableFuture<Void> close();

}
