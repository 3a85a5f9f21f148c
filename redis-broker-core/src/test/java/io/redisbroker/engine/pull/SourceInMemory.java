package io.redisbroker.engine.pull;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.redisbroker.engine.settlement.UnownedSettlement;
import io.redisbroker.listener.AckMode;
import io.redisbroker.message.Delivery;
import io.redisbroker.support.TestSettings;

/**
 * A source that counts how often it is asked. Holds nothing, and is looked at every 20
 * ms.
 */
abstract class SourceInMemory extends OwningSource {

	final AtomicInteger reads = new AtomicInteger();

	final AtomicInteger reclaims = new AtomicInteger();

	private volatile Consumer<String> signals = (signal) -> {
	};

	final List<Delivery> handedBack;

	SourceInMemory(AckMode ackMode, ScheduledExecutorService timer) {
		this(ackMode, timer, new CopyOnWriteArrayList<>());
	}

	private SourceInMemory(AckMode ackMode, ScheduledExecutorService timer, List<Delivery> handedBack) {
		super(TestSettings.defaults().ackMode(ackMode).reclaimDelay(Duration.ofMillis(120)).build(),
				new UnownedSettlement(null, null, null, null, timer) {

					@Override
					public CompletableFuture<Set<Delivery>> handBack(Collection<Delivery> unstarted) {
						handedBack.addAll(unstarted);
						return super.handBack(unstarted);
					}

				}, timer);
		this.handedBack = handedBack;
	}

	@Override
	public String name() {
		return "orders";
	}

	@Override
	public CompletableFuture<Void> open() {
		opened();
		return CompletableFuture.completedFuture(null);
	}

	@Override
	protected CompletableFuture<List<Delivery>> doRecover(Collection<Delivery> held, int max) {
		return CompletableFuture.completedFuture(List.of());
	}

	@Override
	protected CompletableFuture<List<Delivery>> doReclaim(ReclaimRoom room, boolean anew) {
		this.reclaims.incrementAndGet();
		return CompletableFuture.completedFuture(List.of());
	}

	/** Gives a reason to look, which the timer then does. */
	final void signal() {
		this.signals.accept("0");
	}

	@Override
	protected Runnable listenForSignals(Consumer<String> listener) {
		this.signals = listener;
		return () -> {
		};
	}

	@Override
	public CompletableFuture<Void> close() {
		return CompletableFuture.completedFuture(null);
	}

}
