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
 * Brings the deliveries that Redis pushes: the counterpart of {@link DeliverySource},
 * which is asked for them.
 */
public interface DeliveryFeed {

	/**
	 * Begins to receive, and goes on through all failures of Redis until {@link #close}.
	 * @param receiver takes the deliveries; called on I/O threads, and never blocks
	 * @param missed for how long no message could be received. Once messages can be
	 * received again, this time and the time until then are reported as a gap. Zero where
	 * no message was missed
	 * @return completes when messages sent from now on are received; exceptionally when
	 * that did not succeed at once, though the feed tries again, or with
	 * {@link BrokerConfigurationException} when it can't succeed
	 */
	CompletableFuture<Void> open(Consumer<Delivery> receiver, Duration missed);

	/**
	 * Returns the channels and patterns from which no message can be received now.
	 * @return names, empty when all is well
	 */
	Collection<String> missing();

	/**
	 * Returns the reasons for {@link #missing}, with the newest causes.
	 * @return the problems, empty when all is well
	 */
	default List<ListenerProblem> problems() {
		return List.of();
	}

	/**
	 * Returns the settlement of the deliveries of this feed.
	 * @return the settlement
	 */
	Settlement settlement();

	/**
	 * Stops receiving. The feed may be opened again.
	 * @return completes when the receiver is called no more
	 */
	CompletableFuture<Void> close();

}
