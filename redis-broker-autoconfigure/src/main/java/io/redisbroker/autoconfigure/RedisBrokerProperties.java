package io.redisbroker.autoconfigure;

import java.time.Duration;

import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.retry.Backoff;
import io.redisbroker.settlement.AckMode;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * Properties of redis-broker. Defaults are literals, which the annotation processor can
 * read and editors show; a test holds them equal to those of the runtime.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("redis-broker")
public class RedisBrokerProperties {

	/**
	 * Text that every key starts with, in listeners and in sending.
	 */
	private String keyPrefix = "";

	@NestedConfigurationProperty
	private final Listener listener = new Listener();

	public String getKeyPrefix() {
		return this.keyPrefix;
	}

	public void setKeyPrefix(String keyPrefix) {
		this.keyPrefix = keyPrefix;
	}

	public Listener getListener() {
		return this.listener;
	}

	/** What holds for listeners whose annotation says nothing else. */
	public static class Listener {

		/**
		 * Number of messages, or batches, that a listener handles at the same time.
		 */
		private int concurrency = 1;

		/**
		 * Number of messages that each of them may hold: the size of a batch, and how far
		 * a listener of single messages reads ahead.
		 */
		private int batchSize = 100;

		/**
		 * Time without a sign of life from its consumer after which a message is taken
		 * over by another. From 100 ms to a day.
		 */
		private Duration reclaimDelay = Duration.ofMinutes(1);

		/**
		 * Number of times a message is delivered before it goes to the dead letters.
		 */
		private int maxDeliveries = 5;

		/**
		 * Whether listeners start with the application.
		 */
		private boolean autoStartup = true;

		@NestedConfigurationProperty
		private final BackoffProperties backoff = new BackoffProperties();

		public int getConcurrency() {
			return this.concurrency;
		}

		public void setConcurrency(int concurrency) {
			this.concurrency = concurrency;
		}

		public int getBatchSize() {
			return this.batchSize;
		}

		public void setBatchSize(int batchSize) {
			this.batchSize = batchSize;
		}

		public Duration getReclaimDelay() {
			return this.reclaimDelay;
		}

		public void setReclaimDelay(Duration reclaimDelay) {
			this.reclaimDelay = reclaimDelay;
		}

		public int getMaxDeliveries() {
			return this.maxDeliveries;
		}

		public void setMaxDeliveries(int maxDeliveries) {
			this.maxDeliveries = maxDeliveries;
		}

		public boolean isAutoStartup() {
			return this.autoStartup;
		}

		public void setAutoStartup(boolean autoStartup) {
			this.autoStartup = autoStartup;
		}

		public BackoffProperties getBackoff() {
			return this.backoff;
		}

		ListenerSettings toSettings() {
			return new ListenerSettings(AckMode.AUTO, this.concurrency, this.batchSize, this.reclaimDelay,
					this.maxDeliveries, this.backoff.toBackoff(), null, this.autoStartup);
		}

	}

	/** Pauses between deliveries of a message whose listener failed. */
	public static class BackoffProperties {

		/**
		 * Pause before the second delivery. No pause is longer than the reclaim delay.
		 */
		private Duration initial = Duration.ofSeconds(1);

		/**
		 * Growth of each further pause. At least 1.
		 */
		private double multiplier = 2;

		/**
		 * Longest pause. No pause is longer than the reclaim delay.
		 */
		private Duration max = Duration.ofMinutes(1);

		/**
		 * Part of a pause that is random, from 0 to 1.
		 */
		private double jitter = 0.1;

		public Duration getInitial() {
			return this.initial;
		}

		public void setInitial(Duration initial) {
			this.initial = initial;
		}

		public double getMultiplier() {
			return this.multiplier;
		}

		public void setMultiplier(double multiplier) {
			this.multiplier = multiplier;
		}

		public Duration getMax() {
			return this.max;
		}

		public void setMax(Duration max) {
			this.max = max;
		}

		public double getJitter() {
			return this.jitter;
		}

		public void setJitter(double jitter) {
			this.jitter = jitter;
		}

		Backoff toBackoff() {
			return new Backoff(this.initial, this.multiplier, this.max, this.jitter);
		}

	}

}
