package io.redisbroker.engine.pull;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

import io.redisbroker.client.Failures;
import io.redisbroker.engine.settlement.Settlement;
import io.redisbroker.failure.RedisErrorException;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * A source whose deliveries belong to its consumer in Redis until they are settled. When
 * a connection breaks and a reply is lost with it, the next read recovers the deliveries
 * of that reply, so that they need not wait until other consumers may reclaim them.
 */
public abstract class OwningSource implements DeliverySource {

	private final ListenerSettings settings;

	private final Settlement settlement;

	private final NextDue nextDue;

	private volatile boolean open;

	private volatile boolean replyLost;

	/**
	 * Creates a source.
	 * @param settings the listener's settings
	 * @param settlement settles the deliveries
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
	 * @return the deliveries
	 */
	protected abstract CompletableFuture<List<Delivery>> doReceive(int max);

	/**
	 * Fetches again deliveries of this consumer that have not arrived.
	 * @param held the deliveries that have arrived and are not settled yet
	 * @param max how many at most
	 * @return the deliveries
	 */
	protected abstract CompletableFuture<List<Delivery>> doRecover(Collection<Delivery> held, int max);

	/**
	 * Tells whether another {@link #doRecover} may recover more.
	 * @param recovered how many deliveries the last one recovered
	 * @param max how many it was to recover at most
	 * @return whether there may be more
	 */
	protected boolean mayRecoverMore(int recovered, int max) {
		return recovered >= max;
	}

	/**
	 * Reclaims deliveries; see {@link #reclaim}. Calls {@link #dueIn} when more will be
	 * due.
	 * @param room how many at most
	 * @param anew whether to look everywhere
	 * @return the deliveries
	 */
	protected abstract CompletableFuture<List<Delivery>> doReclaim(ReclaimRoom room, boolean anew);

	/**
	 * Subscribes to signals that say in how many milliseconds a message is due.
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
		this.replyLost = false;
	}

	/** To be called before the source is closed, which makes replies fail. */
	protected final void closing() {
		this.open = false;
	}

	@Override
	public final CompletableFuture<List<Delivery>> receive(int max) {
		return doReceive(max).whenComplete((deliveries, failure) -> noteIfReplyLost(failure));
	}

	@Override
	public final CompletableFuture<List<Delivery>> recover(Collection<Delivery> held, int max) {
		return doRecover(held, max).thenCompose((recovered) -> {
			this.replyLost = mayRecoverMore(recovered.size(), max);
			return recovered.isEmpty() ? receive(max) : CompletableFuture.completedFuture(recovered);
		});
	}

	@Override
	public final CompletableFuture<List<Delivery>> reclaim(ReclaimRoom room, boolean anew) {
		if (this.replyLost) {
			// the deliveries that are recovered next must not be reclaimed as well
			return CompletableFuture.completedFuture(List.of());
		}
		return doReclaim(room, anew).whenComplete((deliveries, failure) -> noteIfReplyLost(failure));
	}

	/**
	 * An error is a reply too, and hands out nothing. Deliveries in a reply that is lost
	 * because reading ends are handed back by {@link Settlement#leave}.
	 */
	private void noteIfReplyLost(@Nullable Throwable failure) {
		boolean refused = Failures.unwrap(failure) instanceof RedisErrorException;
		if (failure != null && !refused && this.open && this.settings.ackMode() != AckMode.NONE) {
			this.replyLost = true;
		}
	}

	@Override
	public final boolean mustRecover() {
		return this.replyLost;
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
