package io.redisbroker.engine.pull;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.redisbroker.client.Failures;
import io.redisbroker.engine.settlement.Settlement;
import io.redisbroker.failure.RedisErrorException;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * A source that knows in Redis what its consumer holds, until that is settled. Where a
 * connection broke and took a reply with it, the next {@link #receive} first finds what
 * was in that reply, so that it does not have to wait until others may take it over.
 */
public abstract class OwningSource implements DeliverySource {

	private final ListenerSettings settings;

	private final Settlement settlement;

	private final NextDue nextDue;

	private volatile boolean open;

	private volatile boolean repliesLost;

	/**
	 * Creates a source.
	 * @param settings the listener's settings
	 * @param settlement how deliveries are settled
	 * @param timer calls back when something is due
	 */
	protected OwningSource(ListenerSettings settings, Settlement settlement, ScheduledExecutorService timer) {
		this.settings = settings;
		this.settlement = settlement;
		this.nextDue = new NextDue(timer);
	}

	/**
	 * Waits in Redis for messages; see {@link #receive}.
	 * @param max how many at most
	 * @return what came
	 */
	protected abstract CompletableFuture<List<Delivery>> read(int max);

	/**
	 * Fetches what is this consumer's and never arrived.
	 * @param known what did arrive and is not settled yet
	 * @param max how many at most
	 * @return what was found
	 */
	protected abstract CompletableFuture<List<Delivery>> findLost(Collection<Delivery> known, int max);

	/**
	 * Tells whether {@link #findLost} left anything that may be found by another call.
	 * @param found how many it found
	 * @param max how many at most it was to find
	 * @return whether there may be more
	 */
	protected boolean mayHaveLostMore(int found, int max) {
		return found >= max;
	}

	/**
	 * Takes over what others left; see {@link #reclaim}. Says {@link #dueIn} when there
	 * will be more.
	 * @param room how many at most
	 * @param anew whether to look everywhere
	 * @return what was taken over
	 */
	protected abstract CompletableFuture<List<Delivery>> takeOver(ReclaimRoom room, boolean anew);

	/**
	 * Subscribes to signals that say in how many milliseconds something is due.
	 * @param listener takes a signal
	 * @return ends the subscription
	 */
	protected abstract Runnable listenForSignals(Consumer<String> listener);

	@Override
	public final void dueIn(long millis) {
		this.nextDue.in(millis);
	}

	@Override
	public final Runnable onWakeUp(Runnable listener) {
		this.nextDue.onDue(listener);
		Runnable end = listenForSignals(this.nextDue::in);
		return () -> {
			end.run();
			this.nextDue.onDue(() -> {
			});
			this.nextDue.cancel();
		};
	}

	/** To be called when the source can be read. */
	protected final void opened() {
		this.open = true;
		this.repliesLost = false;
	}

	/** To be called before the source is closed, which makes replies fail. */
	protected final void closing() {
		this.open = false;
	}

	@Override
	public final CompletableFuture<List<Delivery>> receive(int max, Supplier<Collection<Delivery>> held) {
		if (!this.repliesLost) {
			return readAndNote(max);
		}
		// deliveries are held until they are settled, so all that have arrived are known
		return findLost(held.get(), max).thenCompose((found) -> {
			this.repliesLost = mayHaveLostMore(found.size(), max);
			return found.isEmpty() ? readAndNote(max) : CompletableFuture.completedFuture(found);
		});
	}

	private CompletableFuture<List<Delivery>> readAndNote(int max) {
		return read(max).whenComplete((deliveries, failure) -> noteIfReplyLost(failure));
	}

	@Override
	public final CompletableFuture<List<Delivery>> reclaim(ReclaimRoom room, boolean anew) {
		if (this.repliesLost) {
			// first things first: what is found again must not be taken over as well
			return CompletableFuture.completedFuture(List.of());
		}
		return takeOver(room, anew).whenComplete((deliveries, failure) -> noteIfReplyLost(failure));
	}

	/**
	 * An error is a reply too, and hands out nothing. Deliveries that are lost because
	 * reading ends are handed back by {@link Settlement#leave}.
	 */
	private void noteIfReplyLost(@Nullable Throwable failure) {
		boolean refused = Failures.unwrap(failure) instanceof RedisErrorException;
		if (failure != null && !refused && this.open && this.settings.ackMode() != AckMode.NONE) {
			this.repliesLost = true;
		}
	}

	@Override
	public final boolean isCatchingUp() {
		return this.repliesLost;
	}

	@Override
	public final Duration lease() {
		return (this.settings.ackMode() == AckMode.NONE) ? Duration.ZERO : this.settings.reclaimDelay();
	}

	@Override
	public final Settlement settlement() {
		return this.settlement;
	}

}
