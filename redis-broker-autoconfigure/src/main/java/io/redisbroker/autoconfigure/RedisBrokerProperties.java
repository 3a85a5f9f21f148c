package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import io.redisbroker.engine.preflight.Stage;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.listener.ReadableDuration;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.core.env.Environment;

/**
 * Properties of redis-broker. A setting of a listener comes from
 * {@code redis-broker.listeners.<id>}, else from its annotation, else from its transport
 * ({@code redis-broker.stream.listener}, {@code redis-broker.queue.listener},
 * {@code redis-broker.channel.listener}), else from those of all
 * ({@code redis-broker.listener}), else from {@link ListenerSettings#DEFAULTS}.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("redis-broker")
public class RedisBrokerProperties {

	private static final Duration LONGEST = Duration.ofDays(365);

	/**
	 * Text that every key starts with, in listeners and in sending.
	 */
	private String keyPrefix = "";

	/**
	 * Consequence, at start, of a Redis that is not fit for messages: it evicts them, has
	 * no disk, in production no replica, or lacks rights for the user.
	 */
	private PreflightMode preflight = PreflightMode.WARN;

	/**
	 * Purpose of the application, which decides whether the preflight warns of a Redis
	 * without a replica or a disk. By default production with a profile of the name prod
	 * or production and where the preflight is to fail, development with the embedded
	 * Redis, and unknown otherwise.
	 */
	private @Nullable Stage stage;

	/**
	 * Whether the application fails to start while a listener can't reach Redis. If not,
	 * it starts without, and the listener goes on trying.
	 */
	private boolean failFast = false;

	/**
	 * Consequence, at start, of a listener in redis-broker.listeners that the application
	 * does not have: a typo, or one that is left out by a profile or in a test.
	 */
	private AbsentListeners absentListeners = AbsentListeners.WARN;

	/**
	 * Name of the RedisConnectionFactory bean that leads to the Redis of the messages. If
	 * not set, the only one or the primary one.
	 */
	private @Nullable String connectionFactory;

	@NestedConfigurationProperty
	private final HealthProperties health = new HealthProperties();

	@NestedConfigurationProperty
	private final MetricsProperties metrics = new MetricsProperties();

	@NestedConfigurationProperty
	private final ListenerProperties listener = new ListenerProperties();

	@NestedConfigurationProperty
	private final TransportProperties stream = new TransportProperties();

	@NestedConfigurationProperty
	private final TransportProperties queue = new TransportProperties();

	@NestedConfigurationProperty
	private final ChannelProperties channel = new ChannelProperties();

	/**
	 * Settings of single listeners, by their id, which are stronger than annotations.
	 */
	private final Map<String, NamedListenerProperties> listeners = new LinkedHashMap<>();

	/**
	 * Settings of single streams, by their names without redis-broker.key-prefix, for all
	 * their listeners and senders.
	 */
	private final Map<String, NamedStreamProperties> streams = new LinkedHashMap<>();

	public String getKeyPrefix() {
		return this.keyPrefix;
	}

	public void setKeyPrefix(String keyPrefix) {
		this.keyPrefix = keyPrefix;
	}

	public PreflightMode getPreflight() {
		return this.preflight;
	}

	public void setPreflight(PreflightMode preflight) {
		this.preflight = preflight;
	}

	public AbsentListeners getAbsentListeners() {
		return this.absentListeners;
	}

	public void setAbsentListeners(AbsentListeners absentListeners) {
		this.absentListeners = absentListeners;
	}

	public @Nullable String getConnectionFactory() {
		return this.connectionFactory;
	}

	public void setConnectionFactory(@Nullable String connectionFactory) {
		this.connectionFactory = connectionFactory;
	}

	public @Nullable Stage getStage() {
		return this.stage;
	}

	public void setStage(@Nullable Stage stage) {
		this.stage = stage;
	}

	public HealthProperties getHealth() {
		return this.health;
	}

	public MetricsProperties getMetrics() {
		return this.metrics;
	}

	public ListenerProperties getListener() {
		return this.listener;
	}

	public TransportProperties getStream() {
		return this.stream;
	}

	public boolean isFailFast() {
		return this.failFast;
	}

	public void setFailFast(boolean failFast) {
		this.failFast = failFast;
	}

	public ChannelProperties getChannel() {
		return this.channel;
	}

	public TransportProperties getQueue() {
		return this.queue;
	}

	public Map<String, NamedListenerProperties> getListeners() {
		return this.listeners;
	}

	public Map<String, NamedStreamProperties> getStreams() {
		return this.streams;
	}

	/** The purpose of the application, as far as it is known. */
	Stage requiredStage(Environment environment) {
		if (this.stage != null) {
			return this.stage;
		}
		if (this.preflight == PreflightMode.FAIL || environment.matchesProfiles("prod", "production")) {
			return Stage.PRODUCTION;
		}
		boolean embedded = environment.getProperty("redis-broker.embedded.enabled", Boolean.class, false);
		return embedded ? Stage.DEVELOPMENT : Stage.UNKNOWN;
	}

	/** Binding leaves a placeholder as it is that can't be resolved. */
	String requiredKeyPrefix() {
		if (this.keyPrefix.contains("${")) {
			throw new BrokerConfigurationException("redis-broker.key-prefix is '" + this.keyPrefix + "'",
					"Set the property that its placeholder names, or give it a default, as in ${STAGE:}.");
		}
		return this.keyPrefix;
	}

	/** A time that is negative, or too long to be counted, is a mistake. */
	static Duration checked(String name, Duration time, Duration least) {
		if (time.compareTo(least) < 0 || time.compareTo(LONGEST) > 0) {
			throw new BrokerConfigurationException("redis-broker." + name + " is " + ReadableDuration.of(time),
					"Set it to at least " + least.toSeconds()
							+ "s, and at most a year. A number without a unit is milliseconds.");
		}
		return time;
	}

	/** Where a listener is configured; the brackets keep the dots of its id. */
	static String origin(String listenerId) {
		return "redis-broker.listeners." + (listenerId.contains(".") ? "[" + listenerId + "]" : listenerId);
	}

	/** Names the properties where a value makes no sense. */
	static ListenerSettings apply(String name, @Nullable CommonListenerProperties properties,
			ListenerSettings settings) {
		try {
			return (properties != null) ? properties.applyTo(settings) : settings;
		}
		catch (BrokerConfigurationException ex) {
			throw ex.in(name);
		}
		catch (IllegalArgumentException ex) {
			throw new BrokerConfigurationException(name + ".backoff: " + ex.getMessage(),
					"Change " + name + ".backoff.*.");
		}
	}

	/** When health is down. */
	public static class HealthProperties {

		/**
		 * Time that a listener may be without Redis before health is down. A failover
		 * takes some seconds.
		 */
		private Duration downAfter = Duration.ofSeconds(10);

		public Duration getDownAfter() {
			return this.downAfter;
		}

		public void setDownAfter(Duration downAfter) {
			this.downAfter = downAfter;
		}

	}

	/** How meters are taken. */
	public static class MetricsProperties {

		/**
		 * Shortest time between two questions to Redis about the sources of a listener,
		 * for its gauges.
		 */
		private Duration interval = Duration.ofSeconds(5);

		public Duration getInterval() {
			return this.interval;
		}

		public void setInterval(Duration interval) {
			this.interval = interval;
		}

	}

	/** The properties of a transport that delivers again. */
	public static class TransportProperties {

		@NestedConfigurationProperty
		private final ListenerProperties listener = new ListenerProperties();

		public ListenerProperties getListener() {
			return this.listener;
		}

	}

	/** The properties of channels. Their messages are never delivered again. */
	public static class ChannelProperties {

		@NestedConfigurationProperty
		private final CommonListenerProperties listener = new CommonListenerProperties();

		/**
		 * Number of messages that may wait for a listener.
		 */
		private int bufferSize = 10_000;

		/**
		 * Time within which a subscription is made anew whose connection looks open but
		 * is dead. At least 1 s, and longer than the largest message takes to arrive.
		 */
		private Duration watchdogTimeout = Duration.ofSeconds(10);

		public CommonListenerProperties getListener() {
			return this.listener;
		}

		public int getBufferSize() {
			return this.bufferSize;
		}

		public void setBufferSize(int bufferSize) {
			this.bufferSize = bufferSize;
		}

		public Duration getWatchdogTimeout() {
			return this.watchdogTimeout;
		}

		public void setWatchdogTimeout(Duration watchdogTimeout) {
			this.watchdogTimeout = watchdogTimeout;
		}

	}

}
