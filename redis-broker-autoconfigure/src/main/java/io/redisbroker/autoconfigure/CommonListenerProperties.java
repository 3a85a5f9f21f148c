package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.Objects;

import io.redisbroker.deadletter.DeadLetterRetention;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.ListenerSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * The properties of listeners of every transport. A property that is not set comes from
 * the next more general place.
 *
 * @since 0.1.0
 */
public class CommonListenerProperties {

	/**
	 * Number of messages, or batches, that a listener handles at the same time. From 1 to
	 * 100000.
	 */
	private @Nullable Integer concurrency;

	/**
	 * Number of messages that each of them may hold: the size of a batch, and how far a
	 * listener of single messages reads ahead. From 1 to 10000.
	 */
	private @Nullable Integer batchSize;

	/**
	 * Time that a call of a listener may take before its thread is interrupted; if the
	 * call then ends with an exception, that counts as a failure. From 10 ms to a year; 0
	 * for no limit.
	 */
	private @Nullable Duration maxProcessingTime;

	/**
	 * Whether listeners start with the application.
	 */
	private @Nullable Boolean autoStartup;

	/**
	 * Name of the RedisConnectionFactory bean that leads to the Redis of the listeners.
	 * The broker's own Redis if not set.
	 */
	private @Nullable String connectionFactory;

	@NestedConfigurationProperty
	private final RetentionProperties deadLetterRetention = new RetentionProperties();

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

	public @Nullable Duration getMaxProcessingTime() {
		return this.maxProcessingTime;
	}

	public void setMaxProcessingTime(@Nullable Duration maxProcessingTime) {
		this.maxProcessingTime = maxProcessingTime;
	}

	public @Nullable Boolean getAutoStartup() {
		return this.autoStartup;
	}

	public void setAutoStartup(@Nullable Boolean autoStartup) {
		this.autoStartup = autoStartup;
	}

	public @Nullable String getConnectionFactory() {
		return this.connectionFactory;
	}

	public void setConnectionFactory(@Nullable String connectionFactory) {
		this.connectionFactory = connectionFactory;
	}

	public RetentionProperties getDeadLetterRetention() {
		return this.deadLetterRetention;
	}

	/**
	 * Returns settings with these values.
	 * @param settings the values of properties that are not set
	 * @return the settings
	 */
	ListenerSettings applyTo(ListenerSettings settings) {
		return settings.toBuilder()
			.concurrency(Objects.requireNonNullElse(this.concurrency, settings.concurrency()))
			.batchSize(Objects.requireNonNullElse(this.batchSize, settings.batchSize()))
			.maxProcessingTime((this.maxProcessingTime != null) ? this.maxProcessingTime : settings.maxProcessingTime())
			.retention(this.deadLetterRetention.applyTo(settings.retention()))
			.autoStartup(Objects.requireNonNullElse(this.autoStartup, settings.autoStartup()))
			.connectionFactory((this.connectionFactory != null) ? this.connectionFactory : settings.connectionFactory())
			.build();
	}

	/** How long dead letters are kept. */
	public static class RetentionProperties {

		/**
		 * About how many dead letters of a source are kept, the latest; 0 for all.
		 */
		private @Nullable Long maxLength;

		/**
		 * Time that a dead letter is kept. For ever if not set.
		 */
		private @Nullable Duration maxAge;

		public @Nullable Long getMaxLength() {
			return this.maxLength;
		}

		public void setMaxLength(@Nullable Long maxLength) {
			this.maxLength = maxLength;
		}

		public @Nullable Duration getMaxAge() {
			return this.maxAge;
		}

		public void setMaxAge(@Nullable Duration maxAge) {
			this.maxAge = maxAge;
		}

		DeadLetterRetention applyTo(DeadLetterRetention retention) {
			try {
				return new DeadLetterRetention(Objects.requireNonNullElse(this.maxLength, retention.maxLength()),
						(this.maxAge != null) ? this.maxAge : retention.maxAge());
			}
			catch (IllegalArgumentException ex) {
				throw new BrokerConfigurationException("dead-letter-retention: " + ex.getMessage(),
						"Change dead-letter-retention.*, or leave it out to keep all.");
			}
		}

	}

}
