package io.redisbroker.retry;

/**
 * The failure of a call that exceeded its {@code max-processing-time}, was interrupted,
 * and then threw. Its cause is the exception that the call threw. Immutable.
 *
 * @since 0.1.0
 */
public class ProcessingTimeoutException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message a message with the limit that was exceeded
	 * @param cause the exception that the listener threw
	 */
	public ProcessingTimeoutException(String message, Throwable cause) {
		super(message, cause);
	}

}
