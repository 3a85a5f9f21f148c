package io.redisbroker.engine.pull;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.engine.settlement.Settlement;
import io.redisbroker.message.Delivery;

/**
 * A source whose deliveries have no owner in Redis: none is renewed, recovered or
 * reclaimed.
 */
public abstract class UnownedSource implements DeliverySource {

	private final Settlement settlement;

	/**
	 * Creates a source.
	 * @param settlement settles the deliveries
	 */
	protected UnownedSource(Settlement settlement) {
		this.settlement = settlement;
	}

	@Override
	public final CompletableFuture<List<Delivery>> reclaim(ReclaimRoom room, boolean anew) {
		return CompletableFuture.completedFuture(List.of());
	}

	@Override
	public final void dueIn(long millis) {
		// no message is delivered again
	}

	@Override
	public final boolean mustRecover() {
		return false;
	}

	@Override
	public final CompletableFuture<List<Delivery>> recover(Collection<Delivery> held, int max) {
		return receive(max);
	}

	@Override
	public final Duration lease() {
		return Duration.ZERO;
	}

	@Override
	public final Runnable onWakeUp(Runnable listener) {
		return () -> {
		};
	}

	@Override
	public final Settlement settlement() {
		return this.settlement;
	}

}
