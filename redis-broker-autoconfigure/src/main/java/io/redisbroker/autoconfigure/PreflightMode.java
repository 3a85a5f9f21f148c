package io.redisbroker.autoconfigure;

/**
 * The consequence of a Redis that is not fit for messages.
 *
 * @since 0.1.0
 */
public enum PreflightMode {

	/** The log and the health say so. */
	WARN,

	/** The application does not start. */
	FAIL,

	/** Redis is not asked. */
	OFF

}
