package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.listener.ListenerSettingsBuilder;
import io.redisbroker.listener.OverflowPolicy;
import io.redisbroker.queue.QueueOrder;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationPropertiesSource;

/**
 * The properties of one listener: all attributes of its annotation, with the same names,
 * and the pauses between deliveries.
 *
 * @since 0.1.0
 */
@ConfigurationPropertiesSource
public class NamedListenerProperties extends ListenerProperties {

	/**
	 * Streams to read, without redis-broker.key-prefix.
	 */
	private @Nullable List<String> streams;

	/**
	 * Queues to consume, without redis-broker.key-prefix, in the order of their priority,
	 * or each with a weight, as in critical=6, default=3, low=1.
	 */
	private @Nullable List<String> queues;

	/**
	 * In which order queues are consumed.
	 */
	private @Nullable QueueOrder order;

	/**
	 * How long an instance waits between two items of a circular queue.
	 */
	private @Nullable Duration pause;

	/**
	 * Another name for reclaim-delay, for a listener on queues.
	 */
	private @Nullable Duration lease;

	/**
	 * Channels to listen to, without redis-broker.key-prefix.
	 */
	private @Nullable List<String> channels;

	/**
	 * Patterns of channels to listen to, without redis-broker.key-prefix.
	 */
	private @Nullable List<String> patterns;

	/**
	 * Whether the channels are sharded ones.
	 */
	private @Nullable Boolean sharded;

	/**
	 * Number of messages of channels that may wait for the listener.
	 */
	private @Nullable Integer bufferSize;

	/**
	 * Treatment of messages of channels while the buffer is full.
	 */
	private @Nullable OverflowPolicy overflow;

	/**
	 * Consumer group of a listener on streams.
	 */
	private @Nullable String group;

	/**
	 * Name of the consumer in its group, to which a suffix is added for each start.
	 */
	private @Nullable String consumer;

	/**
	 * Where a new group, or a reader without a group, starts: $ for new entries, 0 for
	 * all, an id after which to start, or an instant such as 2026-11-21T10:15:30Z.
	 */
	private @Nullable String startFrom;

	/**
	 * When a message counts as handled.
	 */
	private @Nullable AckMode ackMode;

	/**
	 * Stream for dead letters, without redis-broker.key-prefix.
	 */
	private @Nullable String deadLetters;

	public @Nullable List<String> getStreams() {
		return this.streams;
	}

	public void setStreams(@Nullable List<String> streams) {
		this.streams = streams;
	}

	public @Nullable List<String> getQueues() {
		return this.queues;
	}

	public void setQueues(@Nullable List<String> queues) {
		this.queues = queues;
	}

	public @Nullable QueueOrder getOrder() {
		return this.order;
	}

	public void setOrder(@Nullable QueueOrder order) {
		this.order = order;
	}

	public @Nullable Duration getPause() {
		return this.pause;
	}

	public void setPause(@Nullable Duration pause) {
		this.pause = pause;
	}

	public @Nullable Duration getLease() {
		return this.lease;
	}

	public void setLease(@Nullable Duration lease) {
		this.lease = lease;
	}

	@Override
	@Nullable Duration effectiveReclaimDelay() {
		return (this.lease != null) ? this.lease : super.effectiveReclaimDelay();
	}

	public @Nullable List<String> getChannels() {
		return this.channels;
	}

	public void setChannels(@Nullable List<String> channels) {
		this.channels = channels;
	}

	public @Nullable List<String> getPatterns() {
		return this.patterns;
	}

	public void setPatterns(@Nullable List<String> patterns) {
		this.patterns = patterns;
	}

	public @Nullable Boolean getSharded() {
		return this.sharded;
	}

	public void setSharded(@Nullable Boolean sharded) {
		this.sharded = sharded;
	}

	public @Nullable Integer getBufferSize() {
		return this.bufferSize;
	}

	public void setBufferSize(@Nullable Integer bufferSize) {
		this.bufferSize = bufferSize;
	}

	public @Nullable OverflowPolicy getOverflow() {
		return this.overflow;
	}

	public void setOverflow(@Nullable OverflowPolicy overflow) {
		this.overflow = overflow;
	}

	public @Nullable String getGroup() {
		return this.group;
	}

	public void setGroup(@Nullable String group) {
		this.group = group;
	}

	public @Nullable String getConsumer() {
		return this.consumer;
	}

	public void setConsumer(@Nullable String consumer) {
		this.consumer = consumer;
	}

	public @Nullable String getStartFrom() {
		return this.startFrom;
	}

	public void setStartFrom(@Nullable String startFrom) {
		this.startFrom = startFrom;
	}

	public @Nullable AckMode getAckMode() {
		return this.ackMode;
	}

	public void setAckMode(@Nullable AckMode ackMode) {
		this.ackMode = ackMode;
	}

	public @Nullable String getDeadLetters() {
		return this.deadLetters;
	}

	public void setDeadLetters(@Nullable String deadLetters) {
		this.deadLetters = deadLetters;
	}

	/**
	 * Returns these values as attributes of a listener annotation.
	 * @return texts, lists of texts as arrays, and enums, by the attribute's name
	 */
	Map<String, Object> attributes() {
		Attributes attributes = new Attributes();
		attributes.put("streams", (this.streams != null) ? this.streams.toArray(String[]::new) : null);
		attributes.put("queues", (this.queues != null) ? this.queues.toArray(String[]::new) : null);
		attributes.put("order", this.order);
		attributes.putText("pause", this.pause);
		attributes.put("channels", (this.channels != null) ? this.channels.toArray(String[]::new) : null);
		attributes.put("patterns", (this.patterns != null) ? this.patterns.toArray(String[]::new) : null);
		attributes.put("sharded", this.sharded);
		attributes.putText("bufferSize", this.bufferSize);
		attributes.put("overflow", this.overflow);
		attributes.put("group", this.group);
		attributes.put("consumer", this.consumer);
		attributes.put("startFrom", this.startFrom);
		attributes.put("ackMode", this.ackMode);
		attributes.put("deadLetters", this.deadLetters);
		attributes.putText("concurrency", getConcurrency());
		attributes.putText("batchSize", getBatchSize());
		attributes.putText("lease", this.lease);
		attributes.putText("reclaimDelay", getReclaimDelay());
		attributes.putText("maxProcessingTime", getMaxProcessingTime());
		attributes.putText("maxAttempts", getMaxAttempts());
		attributes.putText("maxDeliveries", getMaxDeliveries());
		attributes.putText("autoStartup", getAutoStartup());
		attributes.put("connectionFactory", getConnectionFactory());
		return attributes.values;
	}

	@Override
	ListenerSettings applyTo(ListenerSettings settings) {
		ListenerSettingsBuilder applied = super.applyTo(settings).toBuilder();
		if (this.ackMode != null) {
			applied.ackMode(this.ackMode);
		}
		if (this.deadLetters != null) {
			applied.deadLetters(this.deadLetters);
		}
		return applied.build();
	}

	/** One setting with two values would have either. */
	void refuseTwoNames(String origin) {
		if (this.lease != null && getReclaimDelay() != null) {
			throw new BrokerConfigurationException(origin + " sets both 'lease' and 'reclaim-delay'",
					"Remove one of them: they are two names of the same setting.");
		}
	}

	/** Nothing that is published on a channel is delivered again. */
	void refuseRetries(String origin) {
		if (!getBackoff().isEmpty() || !getExceptions().isEmpty()) {
			throw new BrokerConfigurationException(origin + ": A @ChannelListener has no '"
					+ (getBackoff().isEmpty() ? "exceptions" : "backoff") + "'",
					"Remove it: a message of a channel is never delivered again.");
		}
	}

	private static final class Attributes {

		private final Map<String, Object> values = new LinkedHashMap<>();

		void put(String name, @Nullable Object value) {
			if (value != null) {
				this.values.put(name, value);
			}
		}

		void putText(String name, @Nullable Object value) {
			put(name, (value != null) ? value.toString() : null);
		}

	}

}
