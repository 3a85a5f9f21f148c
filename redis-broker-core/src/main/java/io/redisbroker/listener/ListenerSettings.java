package io.redisbroker.listener;

import java.time.Duration;

import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.deadletter.DeadLetterRetention;
import io.redisbroker.retry.Backoff;
import io.redisbroker.retry.FailurePolicy;
import io.redisbroker.retry.RetrySettings;
import io.redisbroker.settlement.AckMode;
import org.jspecify.annotations.Nullable;

/**
 * What all transports share about a listener. Immutable.
 *
 * @param ackMode when a message counts as handled
 * @param concurrency how many messages (or batches) are handled at the same time
 * @param batchSize how many messages each of them may hold: the size of a batch, and how
 * far a listener of single messages reads ahead
 * @param reclaimDelay how long a message may go without a sign of life from its consumer
 * before another takes it over
 * @param maxProcessingTime how long one call of the listener may take before its thread
 * is interrupted and the call, if it then throws, counts as a failure; {@code null} (or
 * zero, which becomes {@code null}) for no limit
 * @param maxDeliveries how often a message is delivered at most, whatever came of it,
 * before it becomes a dead letter: the limit for a message that kills its consumers
 * @param retry how often and when a message is delivered again whose listener failed
 * @param deadLetters the stream for dead letters, or {@code null} for
 * {@code {source}:dlq}
 * @param retention how long dead letters are kept
 * @param autoStartup whether the listener starts with the application
 * @since 0.1.0
 */
public record ListenerSettings(AckMode ackMode, int concurrency, int batchSize, Duration reclaimDelay,
		@Nullable Duration maxProcessingTime, int maxDeliveries, RetrySettings retry, @Nullable String deadLetters,
		DeadLetterRetention retention, boolean autoStartup) {

	/** So that what a listener may hold can be counted. */
	private static final int MOST_CONCURRENCY = 100_000;

	private static final Duration SHORTEST_RECLAIM_DELAY = Duration.ofMillis(100);

	private static final Duration LONGEST_RECLAIM_DELAY = Duration.ofDays(1);

	private static final Duration SHORTEST_PROCESSING_TIME = Duration.ofMillis(10);

	private static final Duration LONGEST_PROCESSING_TIME = Duration.ofDays(365);

	/** What holds where nothing else is said. */
	public static final ListenerSettings DEFAULTS = new ListenerSettings(AckMode.AUTO, 1, 250, Duration.ofMinutes(1),
			null, 20, RetrySettings.DEFAULTS, null, DeadLetterRetention.UNLIMITED, true);

	/**
	 * Checks the values.
	 * @throws BrokerConfigurationException when a value makes no sense
	 */
	public ListenerSettings {
		check(concurrency >= 1, "concurrency is " + concurrency, "at least 1");
		check(concurrency <= MOST_CONCURRENCY, "concurrency is " + concurrency, "at most " + MOST_CONCURRENCY);
		check(batchSize >= 1 && batchSize <= 10_000, "batch size is " + batchSize, "a number from 1 to 10000");
		check(maxDeliveries >= 1, "max deliveries is " + maxDeliveries, "at least 1");
		check(retry.maxAttempts() >= 1, "max attempts is " + retry.maxAttempts(), "at least 1");
		check(reclaimDelay.compareTo(SHORTEST_RECLAIM_DELAY) >= 0 && reclaimDelay.compareTo(LONGEST_RECLAIM_DELAY) <= 0,
				"reclaim delay is " + ReadableDuration.of(reclaimDelay),
				"at least 100 ms and at most a day, where a number without a unit is milliseconds: it is about dead "
						+ "processes, not about slow listeners");
		maxProcessingTime = (maxProcessingTime != null && maxProcessingTime.isZero()) ? null : maxProcessingTime;
		check(maxProcessingTime == null || (maxProcessingTime.compareTo(SHORTEST_PROCESSING_TIME) >= 0
				&& maxProcessingTime.compareTo(LONGEST_PROCESSING_TIME) <= 0),
				"max processing time is " + ((maxProcessingTime != null) ? ReadableDuration.of(maxProcessingTime) : ""),
				"0 for no limit, or from 10 ms to a year, where a number without a unit is milliseconds");
	}

	/**
	 * Creates settings that have defaults for what is not said here.
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
	 * Returns these settings with another ack mode.
	 * @param other the ack mode
	 * @return the settings
	 */
	public ListenerSettings withAckMode(AckMode other) {
		return new ListenerSettings(other, this.concurrency, this.batchSize, this.reclaimDelay, this.maxProcessingTime,
				this.maxDeliveries, this.retry, this.deadLetters, this.retention, this.autoStartup);
	}

	/**
	 * Returns settings that differ in the batch size.
	 * @param batchSize the batch size
	 * @return the settings
	 */
	public ListenerSettings withBatchSize(int batchSize) {
		return new ListenerSettings(this.ackMode, this.concurrency, batchSize, this.reclaimDelay,
				this.maxProcessingTime, this.maxDeliveries, this.retry, this.deadLetters, this.retention,
				this.autoStartup);
	}

	/**
	 * Returns settings that differ in the time limit of a call.
	 * @param maxProcessingTime the limit, or {@code null} for none
	 * @return the settings
	 */
	public ListenerSettings withMaxProcessingTime(@Nullable Duration maxProcessingTime) {
		return new ListenerSettings(this.ackMode, this.concurrency, this.batchSize, this.reclaimDelay,
				maxProcessingTime, this.maxDeliveries, this.retry, this.deadLetters, this.retention, this.autoStartup);
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
	 * Returns what happens after a failure.
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

	private static void check(boolean valid, String problem, String range) {
		if (!valid) {
			throw new BrokerConfigurationException("The " + problem, "Set it to " + range + ".");
		}
	}

}
