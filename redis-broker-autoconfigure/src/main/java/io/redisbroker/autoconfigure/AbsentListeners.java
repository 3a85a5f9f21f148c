package io.redisbroker.autoconfigure;

/**
 * What happens at start when properties name a listener that the application does not
 * have.
 *
 * @since 0.1.0
 */
public enum AbsentListeners {

	/** The application does not start. */
	FAIL,

	/** The log warns. */
	WARN,

	/** Nothing happens. */
	IGNORE

}
