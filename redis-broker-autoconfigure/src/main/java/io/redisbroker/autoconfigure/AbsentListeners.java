package io.redisbroker.autoconfigure;

/**
 * The consequence, at start, of properties for a listener that the application does not
 * have.
 *
 * @since 0.1.0
 */
public enum AbsentListeners {

	/**
	 * The start fails, when all listeners are registered that come with the application.
	 */
	FAIL,

	/** The log warns. */
	WARN,

	/** Nothing happens. */
	IGNORE

}
