package io.redisbroker.stream;

import java.util.List;

import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.EndpointBuilder;
import io.redisbroker.listener.EndpointChecks;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.message.TransportType;
import org.jspecify.annotations.Nullable;

/**
 * A listener on streams, completely resolved. Immutable.
 *
 * @param id the listener's id
 * @param sources the streams' keys
 * @param group the consumer group, or {@code null} to read without one: every instance
 * sees every entry
 * @param consumer the name of the consumer, which gets a suffix for each period of
 * reading, or {@code null} for a generated name
 * @param startFrom where a new group, or a reader without one, starts
 * @param settings the settings that all transports share
 * @param handler handles the messages
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
		EndpointChecks.checkSources("stream", sources, settings);
		EndpointChecks.check(group != null || settings.ackMode() == AckMode.NONE,
				"has no group, but ack mode " + settings.ackMode(),
				"Name a group, or set the ack mode to NONE to read without one.");
		EndpointChecks.check(consumer == null || group != null, "has a consumer, but no group", "Name a group.");
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

	/** Describes a listener. Not thread-safe. */
	public static final class Builder extends EndpointBuilder<Builder, StreamEndpoint> {

		private List<String> streams = List.of();

		private @Nullable String group;

		private @Nullable String consumer;

		private @Nullable StartFrom startFrom;

		private Builder(String id) {
			super(id);
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
		 * @param consumer the name, which gets a suffix for each period of reading;
		 * {@code null} for a generated one
		 * @return this builder
		 */
		public Builder consumer(@Nullable String consumer) {
			this.consumer = consumer;
			return this;
		}

		/**
		 * Sets the position to start at.
		 * @param startFrom the position; by default a group starts at the beginning, a
		 * reader without a group at the end
		 * @return this builder
		 */
		public Builder startFrom(@Nullable StartFrom startFrom) {
			this.startFrom = startFrom;
			return this;
		}

		@Override
		protected StreamEndpoint build(String id, ListenerSettings settings, DeliveryHandler handler) {
			StartFrom start = this.startFrom;
			if (start == null) {
				start = (this.group != null) ? StartFrom.BEGINNING : StartFrom.NEW;
			}
			return new StreamEndpoint(id, this.streams, this.group, this.consumer, start, settings, handler);
		}

	}

}
