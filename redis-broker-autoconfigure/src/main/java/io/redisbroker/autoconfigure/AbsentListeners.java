package io.redisbroker.autoconfigure;

/**
 * What happens at start when properties name a listener that the application does not
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
