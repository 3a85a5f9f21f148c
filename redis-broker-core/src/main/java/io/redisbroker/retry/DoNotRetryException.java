package io.redisbroker.retry;

import org.jspecify.annotations.Nullable;

/**
 * Makes a message a dead letter at once. A listener throws it when another attempt can't
 * succeed. It also works as the cause of another exception. Immutable.
 *
 * @since 0.1.0
 */
public class DoNotRetryException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Rejects a message.
	 * @param message the reason, which the dead letter shows
	 */
	public DoNotRetryException(String message) {
		super(message);
	}

	/**
	 * Rejects a message.
	 * @param message the reason, which the dead letter shows
	 * @param cause the cause, or {@code null}
	 */
	public DoNotRetryException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
