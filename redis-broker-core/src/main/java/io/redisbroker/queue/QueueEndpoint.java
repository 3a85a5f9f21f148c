package io.redisbroker.queue;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.function.Consumer;

import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.listener.ListenerSettingsBuilder;
import io.redisbroker.message.Keys;
import io.redisbroker.message.TransportType;

/**
 * A listener on queues, completely resolved. Immutable.
 *
 * @param id the listener's id
 * @param sources the queues' keys; the first comes first where there are no weights
 * @param weights the share of each queue while all have messages, or an empty list
 * @param order in which order each queue is consumed
 * @param pause how long an instance waits between two items of a circular queue
 * @param settings what all transports share; the reclaim delay is the lease
 * @param handler what is called
 * @since 0.1.0
 */
public record QueueEndpoint(String id, List<String> sources, List<Integer> weights, QueueOrder order, Duration pause,
		ListenerSettings settings, DeliveryHandler handler) implements ListenerEndpoint {

	/** Between two items of a circular queue, where nothing else is said. */
	public static final Duration DEFAULT_PAUSE = Duration.ofSeconds(1);

	private static final Duration LONGEST_PAUSE = Duration.ofDays(365);

	/**
	 * Checks the values.
	 * @throws BrokerConfigurationException when they don't fit together
	 */
	public QueueEndpoint {
		sources = List.copyOf(sources);
		weights = List.copyOf(weights);
		check(!sources.isEmpty() && sources.stream().noneMatch(String::isBlank), "names no queue, or an empty one",
				"Name the queues to consume.");
		check(settings.deadLetters() == null || !sources.contains(settings.deadLetters()),
				"keeps its dead letters in '" + settings.deadLetters() + "', where it would read them again",
				"Name another stream for them.");
		check(sources.stream().allMatch(Keys::canHaveCompanions),
				"names a queue with a '}' that ends no hash tag, whose other keys would be in another slot of a cluster",
				"Leave the '}' out, or give the name a hash tag, as in {eu}orders.");
		check(new HashSet<>(sources).size() == sources.size(), "names a queue twice", "Name each queue once.");
		check(weights.isEmpty() || weights.size() == sources.size(), "gives a weight to some of its queues only",
				"Give each queue a weight, as in \"critical=6,default=3,low=1\", or none.");
		check(!pause.isNegative(), "has a negative pause", "Set the pause to zero or more.");
		check(pause.compareTo(LONGEST_PAUSE) <= 0, "has a pause of " + pause, "Set the pause to a year at most.");
		if (order == QueueOrder.CIRCULAR) {
			check(settings.ackMode() == AckMode.AUTO, "is circular, but has ack mode " + settings.ackMode(),
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

	private static void check(boolean valid, String problem, String action) {
		if (!valid) {
			throw new BrokerConfigurationException("It " + problem, action);
		}
	}

	/** Describes a listener. Not thread-safe. */
	public static final class Builder {

		private final String id;

		private List<String> queues = List.of();

		private List<Integer> weights = List.of();

		private QueueOrder order = QueueOrder.FIFO;

		private Duration pause = DEFAULT_PAUSE;

		private ListenerSettings settings = ListenerSettings.DEFAULTS;

		private Builder(String id) {
			this.id = id;
		}

		/**
		 * Names the queues to consume, those first that come first.
		 * @param queues names, without {@code redis-broker.key-prefix}
		 * @return this builder
		 */
		public Builder queues(String... queues) {
			this.queues = List.of(queues);
			return this;
		}

		/**
		 * Gives each queue a share of the work in place of a strict order, while all have
		 * messages.
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

		/**
		 * Sets what all transports share. What the settings leave open is left to the
		 * application's configuration, for example {@code redis-broker.listener.*}.
		 * @param settings the settings
		 * @return this builder
		 */
		public Builder settings(ListenerSettings settings) {
			this.settings = settings;
			return this;
		}

		/**
		 * Sets some of what all transports share; the rest is left to the application's
		 * configuration.
		 * @param settings sets what it wants to
		 * @return this builder
		 */
		public Builder settings(Consumer<ListenerSettingsBuilder> settings) {
			ListenerSettingsBuilder builder = this.settings.toBuilder();
			settings.accept(builder);
			this.settings = builder.build();
			return this;
		}

		/**
		 * Builds the endpoint.
		 * @param handler what is called
		 * @return the endpoint
		 * @throws BrokerConfigurationException when the values don't fit together
		 */
		public QueueEndpoint handler(DeliveryHandler handler) {
			try {
				return new QueueEndpoint(this.id, this.queues, this.weights, this.order, this.pause, this.settings,
						handler);
			}
			catch (BrokerConfigurationException ex) {
				throw ex.in("Listener '" + this.id + "'");
			}
		}

	}

}
