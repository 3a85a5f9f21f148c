package io.redisbroker.listener;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.deadletter.DeadLetterRetention;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.retry.Backoff;
import io.redisbroker.retry.FailurePolicy;
import io.redisbroker.retry.RetrySettings;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a listener that all transports share. Settings that come from a
 * {@link #builder()} may leave some open: these have the values of {@link #DEFAULTS},
 * until the listener is registered and the application's configuration says which count.
 * Immutable.
 *
 * @since 0.1.0
 */
public final class ListenerSettings {

	/** So that the capacity of a listener fits an int. */
	private static final int MOST_CONCURRENCY = 100_000;

	private static final Duration SHORTEST_RECLAIM_DELAY = Duration.ofMillis(100);

	private static final Duration LONGEST_RECLAIM_DELAY = Duration.ofDays(1);

	private static final Duration SHORTEST_PROCESSING_TIME = Duration.ofMillis(10);

	private static final Duration LONGEST_PROCESSING_TIME = Duration.ofDays(365);

	/** The defaults of all settings, each open to configuration. */
	public static final ListenerSettings DEFAULTS = new ListenerSettings(AckMode.AUTO, 1, 250, Duration.ofMinutes(1),
			null, 20, RetrySettings.DEFAULTS, null, DeadLetterRetention.UNLIMITED, true, null,
			EnumSet.noneOf(ListenerSetting.class));

	private final AckMode ackMode;

	private final int concurrency;

	private final int batchSize;

	private final Duration reclaimDelay;

	private final @Nullable Duration maxProcessingTime;

	private final int maxDeliveries;

	private final RetrySettings retry;

	private final @Nullable String deadLetters;

	private final DeadLetterRetention retention;

	private final boolean autoStartup;

	private final @Nullable String connectionFactory;

	/** The settings that are not open. */
	private final Set<ListenerSetting> set;

	/**
	 * Creates settings that leave nothing open.
	 * @param ackMode when a message counts as handled
	 * @param concurrency how many messages (or batches) are handled at the same time
	 * @param batchSize how many messages each of them may hold: the size of a batch, and
	 * how far a listener of single messages reads ahead
	 * @param reclaimDelay how long a message may go without a sign of life from its
	 * consumer before another takes it over; of a queue the lease
	 * @param maxProcessingTime how long one call of the listener may take before its
	 * thread is interrupted and the call, if it then throws, counts as a failure;
	 * {@code null} (or zero, which becomes {@code null}) for no limit
	 * @param maxDeliveries the largest number of deliveries of a message, with any
	 * outcome, before it becomes a dead letter: the limit for a message that kills its
	 * consumers
	 * @param retry how often and when a message is delivered again whose listener failed
	 * @param deadLetters the stream for dead letters, or {@code null} for
	 * {@code {source}:dlq}
	 * @param retention how long dead letters are kept
	 * @param autoStartup whether the listener starts with the application
	 * @throws BrokerConfigurationException when a value makes no sense
	 */
	public ListenerSettings(AckMode ackMode, int concurrency, int batchSize, Duration reclaimDelay,
			@Nullable Duration maxProcessingTime, int maxDeliveries, RetrySettings retry, @Nullable String deadLetters,
			DeadLetterRetention retention, boolean autoStartup) {
		this(ackMode, concurrency, batchSize, reclaimDelay, maxProcessingTime, maxDeliveries, retry, deadLetters,
				retention, autoStartup, null, EnumSet.allOf(ListenerSetting.class));
	}

	ListenerSettings(AckMode ackMode, int concurrency, int batchSize, Duration reclaimDelay,
			@Nullable Duration maxProcessingTime, int maxDeliveries, RetrySettings retry, @Nullable String deadLetters,
			DeadLetterRetention retention, boolean autoStartup, @Nullable String connectionFactory,
			Set<ListenerSetting> set) {
		check(concurrency >= 1, "concurrency is " + concurrency, "at least 1");
		check(concurrency <= MOST_CONCURRENCY, "concurrency is " + concurrency, "at most " + MOST_CONCURRENCY);
		check(batchSize >= 1 && batchSize <= 10_000, "batch size is " + batchSize, "a number from 1 to 10000");
		check(maxDeliveries >= 1, "max deliveries is " + maxDeliveries, "at least 1");
		check(retry.maxAttempts() >= 1, "max attempts is " + retry.maxAttempts(), "at least 1");
		check(reclaimDelay.compareTo(SHORTEST_RECLAIM_DELAY) >= 0 && reclaimDelay.compareTo(LONGEST_RECLAIM_DELAY) <= 0,
				"reclaim delay is " + ReadableDuration.of(reclaimDelay),
				"at least 100 ms and at most a day, where a number without a unit is milliseconds: it is about dead "
						+ "processes, not about slow listeners");
		Duration limit = (maxProcessingTime != null && maxProcessingTime.isZero()) ? null : maxProcessingTime;
		check(limit == null
				|| (limit.compareTo(SHORTEST_PROCESSING_TIME) >= 0 && limit.compareTo(LONGEST_PROCESSING_TIME) <= 0),
				"max processing time is " + ((limit != null) ? ReadableDuration.of(limit) : ""),
				"0 for no limit, or from 10 ms to a year, where a number without a unit is milliseconds");
		this.ackMode = ackMode;
		this.concurrency = concurrency;
		this.batchSize = batchSize;
		this.reclaimDelay = reclaimDelay;
		this.maxProcessingTime = limit;
		this.maxDeliveries = maxDeliveries;
		this.retry = retry;
		this.deadLetters = deadLetters;
		this.retention = retention;
		this.autoStartup = autoStartup;
		this.connectionFactory = connectionFactory;
		this.set = set;
	}

	Set<ListenerSetting> set() {
		return this.set;
	}

	/**
	 * Creates settings that leave nothing open, with defaults for those that are missing
	 * here.
	 * @param ackMode when a message counts as handled
	 * @param concurrency how many messages (or batches) are handled at the same time
	 * @param batchSize how many messages each of them may hold
	 * @param reclaimDelay how long a message may go without a sign of life
	 * @param maxDeliveries how often a message is delivered at most
	 * @param backoff the pauses between a failure and the next delivery
	 * @param deadLetters the stream for dead letters, or {@code null}
	 * @param autoStartup whether the listener starts with the application
	 * @throws BrokerConfigurationException when a value makes no sense
	 */
	public ListenerSettings(AckMode ackMode, int concurrency, int batchSize, Duration reclaimDelay, int maxDeliveries,
			Backoff backoff, @Nullable String deadLetters, boolean autoStartup) {
		this(ackMode, concurrency, batchSize, reclaimDelay, null, maxDeliveries,
				RetrySettings.DEFAULTS.withBackoff(backoff), deadLetters, DeadLetterRetention.UNLIMITED, autoStartup);
	}

	/**
	 * Starts settings of which each is open until it is set.
	 * @return a builder
	 */
	public static ListenerSettingsBuilder builder() {
		return new ListenerSettingsBuilder(DEFAULTS);
	}

	/**
	 * Starts settings that differ from these.
	 * @return a builder
	 */
	public ListenerSettingsBuilder toBuilder() {
		return new ListenerSettingsBuilder(this);
	}

	/**
	 * Returns these settings, where they are open those of another.
	 * @param defaults the values of settings that are open here
	 * @return settings that leave nothing open
	 */
	public ListenerSettings over(ListenerSettings defaults) {
		RetrySettings retries = new RetrySettings(
				(isSet(ListenerSetting.MAX_ATTEMPTS) ? this : defaults).retry.maxAttempts(),
				(isSet(ListenerSetting.BACKOFF) ? this : defaults).retry.backoff(),
				(isSet(ListenerSetting.EXCEPTIONS) ? this : defaults).retry.exceptions());
		return new ListenerSettings((isSet(ListenerSetting.ACK_MODE) ? this : defaults).ackMode,
				(isSet(ListenerSetting.CONCURRENCY) ? this : defaults).concurrency,
				(isSet(ListenerSetting.BATCH_SIZE) ? this : defaults).batchSize,
				(isSet(ListenerSetting.RECLAIM_DELAY) ? this : defaults).reclaimDelay,
				(isSet(ListenerSetting.MAX_PROCESSING_TIME) ? this : defaults).maxProcessingTime,
				(isSet(ListenerSetting.MAX_DELIVERIES) ? this : defaults).maxDeliveries, retries,
				(isSet(ListenerSetting.DEAD_LETTERS) ? this : defaults).deadLetters,
				(isSet(ListenerSetting.RETENTION) ? this : defaults).retention,
				(isSet(ListenerSetting.AUTO_STARTUP) ? this : defaults).autoStartup,
				(isSet(ListenerSetting.CONNECTION_FACTORY) ? this : defaults).connectionFactory,
				EnumSet.allOf(ListenerSetting.class));
	}

	private boolean isSet(ListenerSetting setting) {
		return this.set.contains(setting);
	}

	/**
	 * Returns when a message counts as handled.
	 * @return the value
	 */
	public AckMode ackMode() {
		return this.ackMode;
	}

	/**
	 * Returns how many messages (or batches) are handled at the same time.
	 * @return the value
	 */
	public int concurrency() {
		return this.concurrency;
	}

	/**
	 * Returns how many messages each of them may hold: the size of a batch, and how far a
	 * listener of single messages reads ahead.
	 * @return the value
	 */
	public int batchSize() {
		return this.batchSize;
	}

	/**
	 * Returns how long a message may go without a sign of life from its consumer before
	 * another takes it over; of a queue the lease.
	 * @return the value
	 */
	public Duration reclaimDelay() {
		return this.reclaimDelay;
	}

	/**
	 * Returns how long one call of the listener may take before its thread is interrupted
	 * and the call, if it then throws, counts as a failure; {@code null} (or zero, which
	 * becomes {@code null}) for no limit.
	 * @return the value
	 */
	public @Nullable Duration maxProcessingTime() {
		return this.maxProcessingTime;
	}

	/**
	 * Returns the largest number of deliveries of a message, with any outcome, before it
	 * becomes a dead letter: the limit for a message that kills its consumers.
	 * @return the value
	 */
	public int maxDeliveries() {
		return this.maxDeliveries;
	}

	/**
	 * Returns how often and when a message is delivered again whose listener failed.
	 * @return the value
	 */
	public RetrySettings retry() {
		return this.retry;
	}

	/**
	 * Returns the stream for dead letters, or {@code null} for {@code {source}:dlq}.
	 * @return the value
	 */
	public @Nullable String deadLetters() {
		return this.deadLetters;
	}

	/**
	 * Returns how long dead letters are kept.
	 * @return the value
	 */
	public DeadLetterRetention retention() {
		return this.retention;
	}

	/**
	 * Returns whether the listener starts with the application.
	 * @return the value
	 */
	public boolean autoStartup() {
		return this.autoStartup;
	}

	/**
	 * Returns the Redis that the listener reads.
	 * @return the name of the bean of its connection factory, or {@code null} for the
	 * broker's own Redis
	 */
	public @Nullable String connectionFactory() {
		return this.connectionFactory;
	}

	/**
	 * Returns these settings with another ack mode.
	 * @param other the ack mode
	 * @return the settings
	 */
	public ListenerSettings withAckMode(AckMode other) {
		return toBuilder().ackMode(other).build();
	}

	/**
	 * Returns settings that differ in the batch size.
	 * @param other the batch size
	 * @return the settings
	 */
	public ListenerSettings withBatchSize(int other) {
		return toBuilder().batchSize(other).build();
	}

	/**
	 * Returns settings that differ in the time limit of a call.
	 * @param other the limit, or {@code null} for none
	 * @return the settings
	 */
	public ListenerSettings withMaxProcessingTime(@Nullable Duration other) {
		return toBuilder().maxProcessingTime(other).build();
	}

	/**
	 * Returns how many messages a listener holds at most, those being handled and those
	 * read ahead.
	 * @param batch whether whole batches are handled, and one is read ahead
	 * @return the capacity
	 */
	public int capacity(boolean batch) {
		return (this.concurrency + (batch ? 1 : 0)) * this.batchSize;
	}

	/**
	 * Returns the policy for failures of the listener.
	 * @return the policy
	 */
	public FailurePolicy failurePolicy() {
		return FailurePolicy.of(this.retry, this.maxDeliveries);
	}

	/**
	 * Returns where dead letters of a source go.
	 * @param source the source
	 * @return the stream's key
	 */
	public String deadLettersOf(String source) {
		return (this.deadLetters != null) ? this.deadLetters : DeadLetter.keyFor(source);
	}

	private List<@Nullable Object> values() {
		return Arrays.asList(this.ackMode, this.concurrency, this.batchSize, this.reclaimDelay, this.maxProcessingTime,
				this.maxDeliveries, this.retry, this.deadLetters, this.retention, this.autoStartup,
				this.connectionFactory);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof ListenerSettings settings && values().equals(settings.values());
	}

	@Override
	public int hashCode() {
		return values().hashCode();
	}

	@Override
	public String toString() {
		return "ListenerSettings" + values();
	}

	private static void check(boolean valid, String problem, String range) {
		if (!valid) {
			throw new BrokerConfigurationException("The " + problem, "Set it to " + range + ".");
		}
	}

}
