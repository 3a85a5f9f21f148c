package io.redisbroker.engine.push;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.redisbroker.engine.pull.DeliverySource;
import io.redisbroker.engine.settlement.Settlement;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.ListenerProblem;
import io.redisbroker.message.Delivery;

/**
 * Where deliveries come from that Redis pushes: the counterpart of
 * {@link DeliverySource}, which is asked for them.
 */
public interface DeliveryFeed {

	/**
	 * Begins to receive, and goes on through whatever happens to Redis until
	 * {@link #close}.
	 * @param receiver takes what comes; called on I/O threads, and never blocks
	 * @param missed for how long nothing was received, which is reported as a gap, with
	 * the time until then, once something can be; zero where nothing was missed
	 * @return completes when what is sent from now on is received; exceptionally when
	 * that did not succeed at once, though trying goes on, or with
	 * {@link BrokerConfigurationException} when it never will
	 */
	CompletableFuture<Void> open(Consumer<Delivery> receiver, Duration missed);

	/**
	 * Returns what can't be received from at the moment.
	 * @return names, empty when all is well
	 */
	Collection<String> missing();

	/**
	 * Returns why, with the newest causes.
	 * @return the problems, empty when all is well
	 */
	default List<ListenerProblem> problems() {
		return List.of();
	}

	/**
	 * Returns how deliveries of this feed are settled.
	 * @return the settlement
	 */
	Settlement settlement();

	/**
	 * Receives no more. The feed may be opened again.
	 * @return completes when the receiver is called no more
	 */
	CompletableFuture<Void> close();

}
