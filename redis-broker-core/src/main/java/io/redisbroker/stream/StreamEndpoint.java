package io.redisbroker.stream;

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
import org.jspecify.annotations.Nullable;

/**
 * A listener on streams, completely resolved. Immutable.
 *
 * @param id the listener's id
 * @param sources the streams' keys
 * @param group the consumer group, or {@code null} to read without one: every instance
 * sees every entry
 * @param consumer what the consumer is called, to which a suffix is added for each period
 * of reading, or {@code null} for a generated name
 * @param startFrom where a new group, or a reader without one, starts
 * @param settings what all transports share
 * @param handler what is called
 * @since 0.1.0
 */
public record StreamEndpoint(String id, List<String> sources, @Nullable String group, @Nullable String consumer,
		StartFrom startFrom, ListenerSettings settings, DeliveryHandler handler) implements ListenerEndpoint {

	/**
	 * Checks the values.
	 * @throws BrokerConfigurationException when they don't fit together
	 */
	public StreamEndpoint {
		sources = List.copyOf(sources);
		check(!sources.isEmpty() && sources.stream().noneMatch(String::isBlank), "names no stream, or an empty one",
				"Name the streams to read.");
		check(settings.deadLetters() == null || !sources.contains(settings.deadLetters()),
				"keeps its dead letters in '" + settings.deadLetters() + "', where it would read them again",
				"Name another stream for them.");
		check(sources.stream().allMatch(Keys::canHaveCompanions),
				"names a stream with a '}' that ends no hash tag, whose other keys would be in another slot of a cluster",
				"Leave the '}' out, or give the name a hash tag, as in {eu}orders.");
		check(new HashSet<>(sources).size() == sources.size(), "names a stream twice", "Name each stream once.");
		check(group != null || settings.ackMode() == AckMode.NONE, "has no group, but ack mode " + settings.ackMode(),
				"Name a group, or set the ack mode to NONE to read without one.");
		check(consumer == null || group != null, "has a consumer, but no group", "Name a group.");
	}

	@Override
	public TransportType transport() {
		return TransportType.STREAM;
	}

	/**
	 * Starts to describe a listener in code.
	 * @param id its id, unique in the application
	 * @return a builder
	 */
	public static Builder builder(String id) {
		return new Builder(id);
	}

	public String requiredGroup() {
		if (this.group == null) {
			throw new IllegalStateException("Listener '" + this.id + "' reads without a group");
		}
		return this.group;
	}

	private static void check(boolean valid, String problem, String action) {
		if (!valid) {
			throw new BrokerConfigurationException("It " + problem, action);
		}
	}

	/** Describes a listener. Not thread-safe. */
	public static final class Builder {

		private final String id;

		private List<String> streams = List.of();

		private @Nullable String group;

		private @Nullable String consumer;

		private @Nullable StartFrom startFrom;

		private ListenerSettings settings = ListenerSettings.DEFAULTS;

		private Builder(String id) {
			this.id = id;
		}

		/**
		 * Names the streams to read.
		 * @param streams names, without {@code redis-broker.key-prefix}
		 * @return this builder
		 */
		public Builder streams(String... streams) {
			this.streams = List.of(streams);
			return this;
		}

		/**
		 * Names the consumer group.
		 * @param group the group; {@code null} to read without one
		 * @return this builder
		 */
		public Builder group(@Nullable String group) {
			this.group = group;
			return this;
		}

		/**
		 * Names the consumer.
		 * @param consumer the name, to which a suffix is added for each period of
		 * reading; {@code null} for a generated one
		 * @return this builder
		 */
		public Builder consumer(@Nullable String consumer) {
			this.consumer = consumer;
			return this;
		}

		/**
		 * Says where to start.
		 * @param startFrom the position; by default a group starts at the beginning, a
		 * reader without a group at the end
		 * @return this builder
		 */
		public Builder startFrom(@Nullable StartFrom startFrom) {
			this.startFrom = startFrom;
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
		public StreamEndpoint handler(DeliveryHandler handler) {
			StartFrom start = this.startFrom;
			if (start == null) {
				start = (this.group != null) ? StartFrom.BEGINNING : StartFrom.NEW;
			}
			try {
				return new StreamEndpoint(this.id, this.streams, this.group, this.consumer, start, this.settings,
						handler);
			}
			catch (BrokerConfigurationException ex) {
				throw ex.in("Listener '" + this.id + "'");
			}
		}

	}

}
