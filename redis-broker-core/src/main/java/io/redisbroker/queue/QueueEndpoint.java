package io.redisbroker.queue;

import java.time.Duration;
import java.util.List;

import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.EndpointBuilder;
import io.redisbroker.listener.EndpointChecks;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.message.TransportType;

/**
 * A listener on queues, completely resolved. Immutable.
 *
 * @param id the listener's id
 * @param sources the queues' keys, in strict priority if there are no weights
 * @param weights the share of each queue while all have messages, or an empty list
 * @param order the order of each queue
 * @param pause how long an instance waits between two items of a circular queue
 * @param settings the settings that all transports share; the reclaim delay is the lease
 * @param handler handles the messages
 * @since 0.1.0
 */
public record QueueEndpoint(String id, List<String> sources, List<Integer> weights, QueueOrder order, Duration pause,
		ListenerSettings settings, DeliveryHandler handler) implements ListenerEndpoint {

	/** The default pause between two items of a circular queue. */
	public static final Duration DEFAULT_PAUSE = Duration.ofSeconds(1);

	private static final Duration LONGEST_PAUSE = Duration.ofDays(365);

	/**
	 * Checks the values.
	 * @throws BrokerConfigurationException when they don't fit together
	 */
	public QueueEndpoint {
		sources = List.copyOf(sources);
		weights = List.copyOf(weights);
		EndpointChecks.checkSources("queue", sources, settings);
		EndpointChecks.check(weights.isEmpty() || weights.size() == sources.size(),
				"gives a weight to some of its queues only",
				"Give each queue a weight, as in \"critical=6,default=3,low=1\", or none.");
		EndpointChecks.check(!pause.isNegative(), "has a negative pause", "Set the pause to zero or more.");
		EndpointChecks.check(pause.compareTo(LONGEST_PAUSE) <= 0, "has a pause of " + pause,
				"Set the pause to a year at most.");
		if (order == QueueOrder.CIRCULAR) {
			EndpointChecks.check(settings.ackMode() == AckMode.AUTO,
					"is circular, but has ack mode " + settings.ackMode(),
					"Leave out the ack mode: items of a circular queue never leave it.");
			settings = settings.withBatchSize(1);
		}
	}

	@Override
	public TransportType transport() {
		return TransportType.QUEUE;
	}

	/**
	 * Starts to describe a listener in code.
	 * @param id its id, unique in the application
	 * @return a builder
	 */
	public static Builder builder(String id) {
		return new Builder(id);
	}

	/** Describes a listener. Not thread-safe. */
	public static final class Builder extends EndpointBuilder<Builder, QueueEndpoint> {

		private List<String> queues = List.of();

		private List<Integer> weights = List.of();

		private QueueOrder order = QueueOrder.FIFO;

		private Duration pause = DEFAULT_PAUSE;

		private Builder(String id) {
			super(id);
		}

		/**
		 * Names the queues to consume, in strict priority.
		 * @param queues names, without {@code redis-broker.key-prefix}
		 * @return this builder
		 */
		public Builder queues(String... queues) {
			this.queues = List.of(queues);
			return this;
		}

		/**
		 * Gives each queue a share of the work instead of a strict priority, while all
		 * have messages.
		 * @param weights a positive number for each queue; none for a strict order
		 * @return this builder
		 */
		public Builder weights(Integer... weights) {
			this.weights = List.of(weights);
			return this;
		}

		/**
		 * Sets the order.
		 * @param order the order; by default {@link QueueOrder#FIFO}
		 * @return this builder
		 */
		public Builder order(QueueOrder order) {
			this.order = order;
			return this;
		}

		/**
		 * Sets the pause between two items of a circular queue.
		 * @param pause the pause; by default a second
		 * @return this builder
		 */
		public Builder pause(Duration pause) {
			this.pause = pause;
			return this;
		}

		@Override
		protected QueueEndpoint build(String id, ListenerSettings settings, DeliveryHandler handler) {
			return new QueueEndpoint(id, this.queues, this.weights, this.order, this.pause, settings, handler);
		}

	}

}
