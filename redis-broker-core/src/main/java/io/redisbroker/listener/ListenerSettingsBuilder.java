package io.redisbroker.listener;

import java.time.Duration;
import java.util.EnumSet;

import io.redisbroker.deadletter.DeadLetterRetention;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.retry.Backoff;
import io.redisbroker.retry.ExceptionRules;
import io.redisbroker.retry.RetrySettings;
import org.jspecify.annotations.Nullable;

/**
 * Builds the settings of a listener: everything that an annotation can say, and the
 * pauses, the rules for exceptions and the retention of dead letters. A setting that is
 * not set is left open to the application's configuration. Not thread-safe.
 *
 * @since 0.1.0
 * @see ListenerSettings#builder()
 */
public final class ListenerSettingsBuilder {

	private AckMode ackMode;

	private int concurrency;

	private int batchSize;

	private Duration reclaimDelay;

	private @Nullable Duration maxProcessingTime;

	private int maxDeliveries;

	private RetrySettings retry;

	private @Nullable String deadLetters;

	private DeadLetterRetention retention;

	private boolean autoStartup;

	private @Nullable String connectionFactory;

	private final EnumSet<ListenerSetting> set = EnumSet.noneOf(ListenerSetting.class);

	ListenerSettingsBuilder(ListenerSettings from) {
		this.ackMode = from.ackMode();
		this.concurrency = from.concurrency();
		this.batchSize = from.batchSize();
		this.reclaimDelay = from.reclaimDelay();
		this.maxProcessingTime = from.maxProcessingTime();
		this.maxDeliveries = from.maxDeliveries();
		this.retry = from.retry();
		this.deadLetters = from.deadLetters();
		this.retention = from.retention();
		this.autoStartup = from.autoStartup();
		this.connectionFactory = from.connectionFactory();
		this.set.addAll(from.set());
	}

	/**
	 * Sets when a message counts as handled.
	 * @param ackMode when a message counts as handled
	 * @return this builder
	 */
	public ListenerSettingsBuilder ackMode(AckMode ackMode) {
		this.ackMode = ackMode;
		this.set.add(ListenerSetting.ACK_MODE);
		return this;
	}

	/**
	 * Sets the concurrency.
	 * @param concurrency how many messages (or batches) are handled at the same time,
	 * from 1 to 100000
	 * @return this builder
	 */
	public ListenerSettingsBuilder concurrency(int concurrency) {
		this.concurrency = concurrency;
		this.set.add(ListenerSetting.CONCURRENCY);
		return this;
	}

	/**
	 * Sets the batch size.
	 * @param batchSize how many messages each of them may hold: the size of a batch, and
	 * how far a listener of single messages reads ahead; from 1 to 10000
	 * @return this builder
	 */
	public ListenerSettingsBuilder batchSize(int batchSize) {
		this.batchSize = batchSize;
		this.set.add(ListenerSetting.BATCH_SIZE);
		return this;
	}

	/**
	 * Sets the lease of a queue, which is another name of {@link #reclaimDelay}.
	 * @param lease how long a message may go without a sign of life from its consumer
	 * @return this builder
	 */
	public ListenerSettingsBuilder lease(Duration lease) {
		return reclaimDelay(lease);
	}

	/**
	 * Sets the reclaim delay.
	 * @param reclaimDelay how long a message may go without a sign of life from its
	 * consumer before another takes it over; of a queue the lease; from 100 ms to a day
	 * @return this builder
	 */
	public ListenerSettingsBuilder reclaimDelay(Duration reclaimDelay) {
		this.reclaimDelay = reclaimDelay;
		this.set.add(ListenerSetting.RECLAIM_DELAY);
		return this;
	}

	/**
	 * Limits the time of a call.
	 * @param maxProcessingTime how long one call of the listener may take before its
	 * thread is interrupted; {@code null} or zero for no limit
	 * @return this builder
	 */
	public ListenerSettingsBuilder maxProcessingTime(@Nullable Duration maxProcessingTime) {
		this.maxProcessingTime = maxProcessingTime;
		this.set.add(ListenerSetting.MAX_PROCESSING_TIME);
		return this;
	}

	/**
	 * Limits the deliveries of a message.
	 * @param maxDeliveries the largest number of deliveries of a message, with any
	 * outcome, before it becomes a dead letter: the limit for a message that kills its
	 * consumers
	 * @return this builder
	 */
	public ListenerSettingsBuilder maxDeliveries(int maxDeliveries) {
		this.maxDeliveries = maxDeliveries;
		this.set.add(ListenerSetting.MAX_DELIVERIES);
		return this;
	}

	/**
	 * Limits the failures on a message.
	 * @param maxAttempts how often the listener may fail on a message, the first time
	 * included, before it becomes a dead letter
	 * @return this builder
	 */
	public ListenerSettingsBuilder maxAttempts(int maxAttempts) {
		this.retry = this.retry.withMaxAttempts(maxAttempts);
		this.set.add(ListenerSetting.MAX_ATTEMPTS);
		return this;
	}

	/**
	 * Sets the pauses between attempts.
	 * @param backoff the pauses between a failure and the next delivery
	 * @return this builder
	 */
	public ListenerSettingsBuilder backoff(Backoff backoff) {
		this.retry = this.retry.withBackoff(backoff);
		this.set.add(ListenerSetting.BACKOFF);
		return this;
	}

	/**
	 * Sets the rules for exceptions.
	 * @param exceptions which exceptions are worth another try at all
	 * @return this builder
	 */
	public ListenerSettingsBuilder exceptions(ExceptionRules exceptions) {
		this.retry = new RetrySettings(this.retry.maxAttempts(), this.retry.backoff(), exceptions);
		this.set.add(ListenerSetting.EXCEPTIONS);
		return this;
	}

	/**
	 * Names the stream for dead letters.
	 * @param deadLetters the stream for dead letters, without
	 * {@code redis-broker.key-prefix}, or {@code null} for {@code {source}:dlq}
	 * @return this builder
	 */
	public ListenerSettingsBuilder deadLetters(@Nullable String deadLetters) {
		this.deadLetters = deadLetters;
		this.set.add(ListenerSetting.DEAD_LETTERS);
		return this;
	}

	/**
	 * Limits the dead letters that are kept.
	 * @param retention how long dead letters are kept
	 * @return this builder
	 */
	public ListenerSettingsBuilder retention(DeadLetterRetention retention) {
		this.retention = retention;
		this.set.add(ListenerSetting.RETENTION);
		return this;
	}

	/**
	 * Sets whether the listener starts by itself.
	 * @param autoStartup whether the listener starts with the application
	 * @return this builder
	 */
	public ListenerSettingsBuilder autoStartup(boolean autoStartup) {
		this.autoStartup = autoStartup;
		this.set.add(ListenerSetting.AUTO_STARTUP);
		return this;
	}

	/**
	 * Names the Redis that the listener reads.
	 * @param connectionFactory the name of a bean of type {@code RedisConnectionFactory},
	 * or {@code null} for the broker's own Redis
	 * @return this builder
	 */
	public ListenerSettingsBuilder connectionFactory(@Nullable String connectionFactory) {
		this.connectionFactory = connectionFactory;
		this.set.add(ListenerSetting.CONNECTION_FACTORY);
		return this;
	}

	/**
	 * Builds the settings.
	 * @return the settings
	 * @throws BrokerConfigurationException when a value makes no sense
	 */
	public ListenerSettings build() {
		return new ListenerSettings(this.ackMode, this.concurrency, this.batchSize, this.reclaimDelay,
				this.maxProcessingTime, this.maxDeliveries, this.retry, this.deadLetters, this.retention,
				this.autoStartup, this.connectionFactory, EnumSet.copyOf(this.set));
	}

}
