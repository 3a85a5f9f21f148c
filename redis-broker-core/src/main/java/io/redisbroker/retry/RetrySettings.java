package io.redisbroker.retry;

/**
 * Settings for delivering a message again after its listener failed. Immutable.
 *
 * @param maxAttempts the number of failed calls, the first one included, after which a
 * message becomes a dead letter
 * @param backoff the pauses between a failure and the next delivery
 * @param exceptions the rules that say after which exceptions a message is retried
 * @since 0.1.0
 */
public record RetrySettings(int maxAttempts, Backoff backoff, ExceptionRules exceptions) {

	/**
	 * The defaults: 5 attempts, {@link Backoff#REDELIVERY}, and
	 * {@link ExceptionRules#DEFAULTS}.
	 */
	public static final RetrySettings DEFAULTS = new RetrySettings(5, Backoff.REDELIVERY, ExceptionRules.DEFAULTS);

	/**
	 * Returns a copy of these settings with other pauses.
	 * @param other the pauses
	 * @return the copy
	 */
	public RetrySettings withBackoff(Backoff other) {
		return new RetrySettings(this.maxAttempts, other, this.exceptions);
	}

	/**
	 * Returns a copy of these settings with another number of attempts.
	 * @param other the number of attempts
	 * @return the copy
	 */
	public RetrySettings withMaxAttempts(int other) {
		return new RetrySettings(other, this.backoff, this.exceptions);
	}

}
