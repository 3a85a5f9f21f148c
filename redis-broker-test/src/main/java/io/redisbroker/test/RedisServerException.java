package io.redisbroker.test;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a Redis server could not be started, controlled, or did not reach an
 * expected state in time. The message names the attempt and, if there is one, ends with
 * the tail of the server's log.
 *
 * @since 0.1.0
 */
public class RedisServerException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	RedisServerException(String message) {
		super(message);
	}

	RedisServerException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
