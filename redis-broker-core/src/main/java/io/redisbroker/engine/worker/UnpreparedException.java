package io.redisbroker.engine.worker;

/**
 * The arguments of a listener can't be made now, although the message may be all right: a
 * validator, a resolver or a format failed. It counts as a failure of the listener on
 * this message, and never concerns other messages of a batch.
 */
public final class UnpreparedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final Throwable failure;

	/**
	 * Creates the exception.
	 * @param failure the failure of the validator, resolver or format
	 */
	public UnpreparedException(Throwable failure) {
		super(null, failure, false, false);
		this.failure = failure;
	}

	/**
	 * Returns the failure.
	 * @return the failure, which counts as one of the listener
	 */
	public Throwable failure() {
		return this.failure;
	}

}
