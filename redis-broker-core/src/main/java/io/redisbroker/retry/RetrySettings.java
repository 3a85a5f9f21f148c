package io.redisbroker.retry;

/**
 * How often and when a message is delivered again whose listener failed. Immutable.
 *
 * @param maxAttempts how often the listener may fail on a message, the first time
 * included, before it becomes a dead letter
 * @param backoff the pauses between its failure and the next delivery
 * @param exceptions which exceptions are worth another try at all
 * @since 0.1.0
 */
public record RetrySettings(int maxAttempts, Backoff backoff, ExceptionRules exceptions) {

	/** What holds where nothing else is said. */
	public static final RetrySettings DEFAULTS = new RetrySettings(5, Backoff.REDELIVERY, ExceptionRules.DEFAULTS);

	/**
	 * Returns settings that differ in the pauses.
	 * @param other the pauses
	 * @return the settings
	 */
	public RetrySettings withBackoff(Backoff other) {
		return new RetrySettings(this.maxAttempts, other, this.exceptions);
	}

	/**
	 * Returns settings that differ in the number of attempts.
	 * @param other the number
	 * @return the settings
	 */
	public RetrySettings withMaxAttempts(int other) {
		return new RetrySettings(other, this.backoff, this.exceptions);
	}

}
