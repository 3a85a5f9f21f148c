package io.redisbroker.retry;

import org.jspecify.annotations.Nullable;

/**
 * To be thrown by a listener that knows that no other try will mend it: the message
 * becomes a dead letter at once. It may be the cause of what is thrown. Immutable.
 *
 * @since 0.1.0
 */
public class DoNotRetryException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Rejects a message.
	 * @param message why
	 */
	public DoNotRetryException(String message) {
		super(message);
	}

	/**
	 * Rejects a message.
	 * @param message why
	 * @param cause what went wrong
	 */
	public DoNotRetryException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
