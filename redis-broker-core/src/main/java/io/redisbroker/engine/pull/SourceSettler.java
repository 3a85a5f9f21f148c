package io.redisbroker.engine.pull;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

import io.redisbroker.engine.worker.InFlight;
import io.redisbroker.engine.worker.LogThrottle;
import io.redisbroker.engine.worker.Settler;
import io.redisbroker.engine.worker.Troubles;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles the deliveries of a pull loop. Logs those that could not be settled: the first
 * one, and then a number each second.
 */
final class SourceSettler extends Settler {

	private static final Logger logger = LoggerFactory.getLogger(SourceSettler.class);

	private final DeliverySource source;

	private final Consumer<InFlight> onEnd;

	private final LogThrottle lost;

	private final LogThrottle failed;

	/** A call that outlives its listener can't be settled: its interrupt was logged. */
	private volatile boolean closed;

	/**
	 * Creates a settler.
	 * @param listenerId the listener
	 * @param source the source of the deliveries
	 * @param troubles is told when Redis refuses
	 * @param timer for the log
	 * @param events is told of each settlement
	 * @param onEnd is told of each delivery that has ended
	 */
	SourceSettler(String listenerId, DeliverySource source, Troubles troubles, ScheduledExecutorService timer,
			BrokerEvents events, Consumer<InFlight> onEnd) {
		super(listenerId, source.settlement(), events);
		this.source = source;
		this.onEnd = onEnd;
		this.lost = new LogThrottle(timer,
				further("Listener '{}' could not settle {} more messages of {} that are not pending for it any more"));
		this.failed = new LogThrottle(timer,
				further("Listener '{}' can't settle {} more messages of {}, which stay pending"));
		settlement().reportTo(troubles);
	}

	private IntConsumer further(String text) {
		return (number) -> logger.warn(text, listenerId(), number, this.source.name());
	}

	/** Failures are expected from now on: connections may be closed. */
	void close() {
		this.closed = true;
	}

	/** Hands back deliveries that were never begun; returns those that Redis took. */
	CompletableFuture<Set<Delivery>> handBack(Collection<Delivery> unstarted) {
		return unstarted.isEmpty() ? CompletableFuture.completedFuture(Set.of())
				: settlement().handBack(unstarted).exceptionally((failure) -> {
					logger.debug("Listener '{}' could not hand back {} messages of {}", listenerId(), unstarted.size(),
							this.source.name(), failure);
					return Set.of();
				});
	}

	@Override
	protected void retriedIn(Duration after) {
		this.source.dueIn(after.toMillis());
	}

	@Override
	protected void ended(InFlight work) {
		this.onEnd.accept(work);
	}

	@Override
	protected void unsettled(Delivery delivery, @Nullable Throwable failure) {
		if (failure != null && this.closed) {
			logger.debug("Listener '{}' can't settle {} after its end", listenerId(), delivery, failure);
			return;
		}
		if (failure != null) {
			this.failed.log(() -> logger.error("Listener '{}' can't settle {}, which stays pending", listenerId(),
					delivery, failure));
			return;
		}
		events().lost(listenerId(), delivery);
		this.lost.log(() -> logger.warn(
				"Listener '{}' could not settle {}, which is not pending for it any more: another consumer took it "
						+ "over, or it was trimmed or its group deleted. It may be handled twice",
				listenerId(), delivery));
	}

}
