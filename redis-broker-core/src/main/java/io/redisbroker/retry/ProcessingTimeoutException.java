package io.redisbroker.retry;

/**
 * A listener was interrupted because a call exceeded its {@code max-processing-time}, and
 * then threw. Its cause is what was thrown. Immutable.
 *
 * @since 0.1.0
 */
public class ProcessingTimeoutException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message which limit was exceeded
	 * @param cause what the listener threw
	 */
	public ProcessingTimeoutException(String message, Throwable cause) {
		super(message, cause);
	}

}
