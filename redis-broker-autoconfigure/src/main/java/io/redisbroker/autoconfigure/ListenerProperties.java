package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.Objects;

import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.retry.Backoff;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * What can be said of listeners: of all, of a transport's, or of one. What is not said
 * comes from the next more general place. Defaults are in the additional metadata, where
 * editors find them; a test holds them equal to those of the runtime.
 *
 * @since 0.1.0
 */
public class ListenerProperties {

	/**
	 * Number of messages, or batches, that a listener handles at the same time.
	 */
	private @Nullable Integer concurrency;

	/**
	 * Number of messages that each of them may hold: the size of a batch, and how far a
	 * listener of single messages reads ahead. From 1 to 10000.
	 */
	private @Nullable Integer batchSize;

	/**
	 * Time without a sign of life from its consumer after which a message is taken over
	 * by another. From 100 ms to a day.
	 */
	private @Nullable Duration reclaimDelay;

	/**
	 * Number of times a message is delivered before it goes to the dead letters.
	 */
	private @Nullable Integer maxDeliveries;

	/**
	 * Whether listeners start with the application.
	 */
	private @Nullable Boolean autoStartup;

	@NestedConfigurationProperty
	private final BackoffProperties backoff = new BackoffProperties();

	public @Nullable Integer getConcurrency() {
		return this.concurrency;
	}

	public void setConcurrency(@Nullable Integer concurrency) {
		this.concurrency = concurrency;
	}

	public @Nullable Integer getBatchSize() {
		return this.batchSize;
	}

	public void setBatchSize(@Nullable Integer batchSize) {
		this.batchSize = batchSize;
	}

	public @Nullable Duration getReclaimDelay() {
		return this.reclaimDelay;
	}

	public void setReclaimDelay(@Nullable Duration reclaimDelay) {
		this.reclaimDelay = reclaimDelay;
	}

	public @Nullable Integer getMaxDeliveries() {
		return this.maxDeliveries;
	}

	public void setMaxDeliveries(@Nullable Integer maxDeliveries) {
		this.maxDeliveries = maxDeliveries;
	}

	public @Nullable Boolean getAutoStartup() {
		return this.autoStartup;
	}

	public void setAutoStartup(@Nullable Boolean autoStartup) {
		this.autoStartup = autoStartup;
	}

	public BackoffProperties getBackoff() {
		return this.backoff;
	}

	/**
	 * Returns settings with what is said here.
	 * @param settings what holds where nothing is said
	 * @return the settings
	 */
	ListenerSettings applyTo(ListenerSettings settings) {
		return new ListenerSettings(settings.ackMode(),
				Objects.requireNonNullElse(this.concurrency, settings.concurrency()),
				Objects.requireNonNullElse(this.batchSize, settings.batchSize()),
				Objects.requireNonNullElse(this.reclaimDelay, settings.reclaimDelay()),
				Objects.requireNonNullElse(this.maxDeliveries, settings.maxDeliveries()),
				this.backoff.applyTo(settings.backoff()), settings.deadLetters(),
				Objects.requireNonNullElse(this.autoStartup, settings.autoStartup()));
	}

	/** Pauses between deliveries of a message whose listener failed. */
	public static class BackoffProperties {

		/**
		 * Pause before the second delivery. No pause is longer than the reclaim delay.
		 */
		private @Nullable Duration initial;

		/**
		 * Growth of each further pause. At least 1.
		 */
		private @Nullable Double multiplier;

		/**
		 * Longest pause. No pause is longer than the reclaim delay.
		 */
		private @Nullable Duration max;

		/**
		 * Part of a pause that is random, from 0 to 1.
		 */
		private @Nullable Double jitter;

		public @Nullable Duration getInitial() {
			return this.initial;
		}

		public void setInitial(@Nullable Duration initial) {
			this.initial = initial;
		}

		public @Nullable Double getMultiplier() {
			return this.multiplier;
		}

		public void setMultiplier(@Nullable Double multiplier) {
			this.multiplier = multiplier;
		}

		public @Nullable Duration getMax() {
			return this.max;
		}

		public void setMax(@Nullable Duration max) {
			this.max = max;
		}

		public @Nullable Double getJitter() {
			return this.jitter;
		}

		public void setJitter(@Nullable Double jitter) {
			this.jitter = jitter;
		}

		Backoff applyTo(Backoff backoff) {
			return new Backoff(Objects.requireNonNullElse(this.initial, backoff.initial()),
					Objects.requireNonNullElse(this.multiplier, backoff.multiplier()),
					Objects.requireNonNullElse(this.max, backoff.max()),
					Objects.requireNonNullElse(this.jitter, backoff.jitter()));
		}

	}

}
