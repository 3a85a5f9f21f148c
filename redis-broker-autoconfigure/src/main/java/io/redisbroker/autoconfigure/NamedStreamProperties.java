package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.Objects;

import io.redisbroker.stream.StreamRetention;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * The properties of one stream, for all its listeners and senders in the application.
 *
 * @since 0.1.0
 */
@ConfigurationPropertiesSource
public class NamedStreamProperties {

	@NestedConfigurationProperty
	private final RetentionProperties retention = new RetentionProperties();

	public RetentionProperties getRetention() {
		return this.retention;
	}

	/** Which entries are removed. Each rule removes by itself. */
	public static class RetentionProperties {

		/**
		 * About how many entries are kept, the latest, whether groups need the others or
		 * not; 0 for all.
		 */
		private @Nullable Long maxLength;

		/**
		 * Time that an entry is kept, whether groups need it or not. For ever if not set.
		 */
		private @Nullable Duration maxAge;

		/**
		 * Whether entries are removed that every group has acknowledged.
		 */
		private @Nullable Boolean acknowledged;

		/**
		 * Time after which a group is reported that keeps entries so old, and whose
		 * consumers have all been idle for as long. One hour if not set. Counts where
		 * acknowledged entries are removed.
		 */
		private @Nullable Duration idleGroupAfter;

		/**
		 * Name of the RedisConnectionFactory bean that leads to the Redis of the stream.
		 * If not set, each Redis in which listeners of the application read the stream,
		 * and the broker's own where there are none.
		 */
		private @Nullable String connectionFactory;

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

		public @Nullable Boolean getAcknowledged() {
			return this.acknowledged;
		}

		public void setAcknowledged(@Nullable Boolean acknowledged) {
			this.acknowledged = acknowledged;
		}

		public @Nullable Duration getIdleGroupAfter() {
			return this.idleGroupAfter;
		}

		public void setIdleGroupAfter(@Nullable Duration idleGroupAfter) {
			this.idleGroupAfter = idleGroupAfter;
		}

		public @Nullable String getConnectionFactory() {
			return this.connectionFactory;
		}

		public void setConnectionFactory(@Nullable String connectionFactory) {
			this.connectionFactory = connectionFactory;
		}

		/**
		 * Returns a retention with these values.
		 * @param retention the values of properties that are not set
		 * @return the retention
		 * @throws IllegalArgumentException when a value makes no sense
		 */
		StreamRetention applyTo(StreamRetention retention) {
			return new StreamRetention(retention.stream(),
					Objects.requireNonNullElse(this.maxLength, retention.maxLength()),
					(this.maxAge != null) ? this.maxAge : retention.maxAge(),
					Objects.requireNonNullElse(this.acknowledged, retention.acknowledged()),
					Objects.requireNonNullElse(this.idleGroupAfter, retention.idleGroupAfter()),
					(this.connectionFactory != null) ? this.connectionFactory : retention.connectionFactory());
		}

	}

}
