package io.redisbroker.retry;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

/**
 * To be thrown by a listener that knows when a message is worth another try: it is
 * delivered again after this long, in place of the pause that the listener's backoff
 * says. It counts as a failure like any other, so the last one that is allowed makes a
 * dead letter. It may be the cause of what is thrown. Immutable.
 *
 * @since 0.1.0
 */
public class RetryAfterException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final Duration after;

	/**
	 * Asks for another try.
	 * @param message why not now
	 * @param after how long to wait before, by Redis' clock, not negative
	 */
	public RetryAfterException(String message, Duration after) {
		this(message, after, null);
	}

	/**
	 * Asks for another try.
	 * @param message why not now
	 * @param after how long to wait before, by Redis' clock, not negative
	 * @param cause what went wrong
	 */
	public RetryAfterException(String message, Duration after, @Nullable Throwable cause) {
		super(message, cause);
		Assert.isTrue(!after.isNegative(), "Retry after a duration that is not negative");
		this.after = after;
	}

	/**
	 * Returns how long to wait.
	 * @return the duration
	 */
	public Duration after() {
		return this.after;
	}

}
