package io.redisbroker.engine.pull;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.redisbroker.engine.settlement.Settlement;
import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * Where the pull loop gets deliveries from: the one seam behind which queue and stream
 * differ, together with {@link Settlement}. The loop never calls {@link #receive} again
 * before the previous call is answered.
 */
public interface DeliverySource {

	/**
	 * Names what is read, for log lines.
	 * @return for example {@code orders, invoices}
	 */
	String name();

	/**
	 * Returns the consumer that Redis knows what is read by.
	 * @return the name, or {@code null} where Redis does not know who reads
	 */
	default @Nullable String consumer() {
		return null;
	}

	/**
	 * Prepares Redis for reading and fixes the position from which to read, so that what
	 * is sent after this completes is received. May be called again.
	 * @return completes when Redis is prepared
	 */
	CompletableFuture<Void> open();

	/**
	 * Waits in Redis for messages. Fails at once when Redis can't be reached; the next
	 * call tries again.
	 * @param max how many at most; a source that reads several keys may exceed it by
	 * their number
	 * @param held tells what this consumer holds already
	 * @return what came; empty when nothing came for a while
	 */
	CompletableFuture<List<Delivery>> receive(int max, Supplier<Collection<Delivery>> held);

	/**
	 * Returns for how long a {@link #receive} may pause before it asks Redis.
	 * @return the duration, zero where it asks at once
	 */
	default Duration pause() {
		return Duration.ZERO;
	}

	/**
	 * Tells whether what {@link #receive} brought shows that Redis had no more.
	 * @param brought how many came
	 * @param max how many were asked for
	 * @return whether it is so; {@code false} when that can't be told
	 */
	default boolean isDrained(int brought, int max) {
		return brought < max;
	}

	/**
	 * Takes over what consumers that died have left, and what came due again.
	 * @param room how many at most
	 * @param anew whether to look everywhere; otherwise it is enough to go on where the
	 * last call found something
	 * @return what was taken over; empty when there is nothing more, or nothing is ever
	 * left
	 */
	CompletableFuture<List<Delivery>> reclaim(ReclaimRoom room, boolean anew);

	/**
	 * Learns that something waits for its next delivery, which is then worth a
	 * {@link #reclaim}.
	 * @param millis how long it waits, negative when nothing does
	 */
	void dueIn(long millis);

	/**
	 * Tells whether the next {@link #receive} first looks for what got lost. It must not
	 * find what a {@link #reclaim} is bringing, so it does not run beside one.
	 * @return whether it does
	 */
	boolean isCatchingUp();

	/**
	 * Returns how long a delivery may go without renewal before others may take it over.
	 * @return the duration, or zero when nothing can be taken over
	 */
	Duration lease();

	/**
	 * Calls back when it is worth calling {@link #reclaim} before its time.
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
