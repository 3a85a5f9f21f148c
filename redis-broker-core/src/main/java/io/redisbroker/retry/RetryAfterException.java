package io.redisbroker.retry;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * Sets the pause before the next delivery of a message. A listener throws it when it
 * knows when another attempt can succeed; the pause replaces that of the listener's
 * backoff. It counts as a failure like any other exception, so at {@code maxAttempts} the
 * message becomes a dead letter. It also works as the cause of another exception.
 * Immutable.
 *
 * @since 0.1.0
 */
public class RetryAfterException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final Duration after;

	/**
	 * Asks for another attempt.
	 * @param message the reason why the listener can't handle the message now
	 * @param after the pause, by Redis' clock; not negative
	 * @throws IllegalArgumentException when the pause is negative
	 */
	public RetryAfterException(String message, Duration after) {
		this(message, after, null);
	}

	/**
	 * Asks for another attempt.
	 * @param message the reason why the listener can't handle the message now
	 * @param after the pause, by Redis' clock; not negative
	 * @param cause the cause, or {@code null}
	 * @throws IllegalArgumentException when the pause is negative
	 */
	public RetryAfterException(String message, Duration after, @Nullable Throwable cause) {
		super(message, cause);
		Assert.isTrue(!after.isNegative(), "The pause before a retry must not be negative");
		this.after = after;
	}

	/**
	 * Returns the pause before the next delivery.
	 * @return the pause
	 */
	public Duration after() {
		return this.after;
	}

}
