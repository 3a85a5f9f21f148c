package io.redisbroker.channel;

import java.util.List;
import java.util.stream.Stream;

import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.EndpointBuilder;
import io.redisbroker.listener.EndpointChecks;
import io.redisbroker.listener.ListenerConfiguration;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.listener.OverflowPolicy;
import io.redisbroker.message.TransportType;

/**
 * A listener on channels, completely resolved. Immutable.
 *
 * @param id the listener's id
 * @param channels the channels
 * @param patterns patterns of channels' names, as Redis knows them
 * @param sharded whether the channels are sharded ones
 * @param bufferSize how many messages may wait for the listener
 * @param overflow the policy for messages beyond that
 * @param settings the settings that all transports share; the ack mode is always
 * {@code NONE}, settings of redelivery have no effect, and dead letters are kept only if
 * their stream is named
 * @param handler handles the messages
 * @since 0.1.0
 */
public record ChannelEndpoint(String id, List<String> channels, List<String> patterns, boolean sharded, int bufferSize,
		OverflowPolicy overflow, ListenerSettings settings, DeliveryHandler handler) implements ListenerEndpoint {

	/** The default number of messages that may wait for a listener. */
	public static final int BUFFER_SIZE = 10_000;

	/** The buffer size comes from the application's configuration. */
	private static final int OPEN = Integer.MIN_VALUE;

	/**
	 * Checks the values.
	 * @throws BrokerConfigurationException when they don't fit together
	 */
	public ChannelEndpoint {
		channels = List.copyOf(channels);
		patterns = List.copyOf(patterns);
		settings = settings.withAckMode(AckMode.NONE);
		EndpointChecks.check(!channels.isEmpty() || !patterns.isEmpty(), "names no channel",
				"Name channels, patterns or both.");
		EndpointChecks.check(Stream.concat(channels.stream(), patterns.stream()).noneMatch(String::isBlank),
				"names an empty channel or pattern", "Give it a name.");
		EndpointChecks.check(EndpointChecks.isDistinct(channels), "names a channel twice", "Name each channel once.");
		EndpointChecks.check(EndpointChecks.isDistinct(patterns), "names a pattern twice", "Name each pattern once.");
		EndpointChecks.check(!sharded || patterns.isEmpty(),
				"is sharded and has patterns, but Redis knows no sharded patterns",
				"Name the sharded channels, or listen to the patterns in a listener that is not sharded.");
		EndpointChecks.check(bufferSize >= 1 || bufferSize == OPEN, "has a buffer for " + bufferSize + " messages",
				"Set bufferSize to at least 1.");
	}

	@Override
	public int bufferSize() {
		return (this.bufferSize != OPEN) ? this.bufferSize : BUFFER_SIZE;
	}

	/** Wildcards in the prefix of a pattern are escaped. */
	public ChannelEndpoint configured(ListenerConfiguration configuration) {
		String prefix = configuration.keyPrefix().replaceAll("[*?\\[\\]\\\\]", "\\\\$0");
		int size = (this.bufferSize != OPEN) ? this.bufferSize : configuration.channelBufferSize(BUFFER_SIZE);
		return new ChannelEndpoint(this.id, configuration.keys(this.channels),
				this.patterns.stream().map(prefix::concat).toList(), this.sharded, size, this.overflow,
				configuration.completeSettings(this), this.handler);
	}

	@Override
	public List<String> sources() {
		return Stream.concat(this.channels.stream(), this.patterns.stream()).toList();
	}

	@Override
	public TransportType transport() {
		return TransportType.CHANNEL;
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
	public static final class Builder extends EndpointBuilder<Builder, ChannelEndpoint> {

		private List<String> channels = List.of();

		private List<String> patterns = List.of();

		private boolean sharded;

		private int bufferSize = OPEN;

		private OverflowPolicy overflow = OverflowPolicy.DROP_OLDEST;

		private Builder(String id) {
			super(id);
		}

		/**
		 * Names the channels.
		 * @param channels names, without {@code redis-broker.key-prefix}
		 * @return this builder
		 */
		public Builder channels(String... channels) {
			this.channels = List.of(channels);
			return this;
		}

		/**
		 * Names patterns of channels.
		 * @param patterns patterns such as {@code news.*}, as {@code PSUBSCRIBE} knows
		 * them, without {@code redis-broker.key-prefix}
		 * @return this builder
		 */
		public Builder patterns(String... patterns) {
			this.patterns = List.of(patterns);
			return this;
		}

		/**
		 * Sets whether the channels are sharded ones.
		 * @param sharded whether they are; by default not
		 * @return this builder
		 */
		public Builder sharded(boolean sharded) {
			this.sharded = sharded;
			return this;
		}

		/**
		 * Bounds the messages that wait for the listener.
		 * @param bufferSize the number of messages; by default
		 * {@code redis-broker.channel.buffer-size}
		 * @return this builder
		 */
		public Builder bufferSize(int bufferSize) {
			this.bufferSize = bufferSize;
			return this;
		}

		/**
		 * Sets the policy for a full buffer.
		 * @param overflow the policy; by default {@code DROP_OLDEST}
		 * @return this builder
		 */
		public Builder overflow(OverflowPolicy overflow) {
			this.overflow = overflow;
			return this;
		}

		@Override
		protected ChannelEndpoint build(String id, ListenerSettings settings, DeliveryHandler handler) {
			return new ChannelEndpoint(id, this.channels, this.patterns, this.sharded, this.bufferSize, this.overflow,
					settings, handler);
		}

	}

}
