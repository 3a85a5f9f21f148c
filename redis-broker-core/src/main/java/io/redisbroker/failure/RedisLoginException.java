package io.redisbroker.failure;

import java.io.Serial;

import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.RedisConnectionFailureException;

/**
 * Redis can be reached but refuses the login: the user name or the password is wrong, or
 * it is not set and Redis requires it.
 *
 * @since 0.1.0
 */
public class RedisLoginException extends RedisConnectionFailureException {

	/** The action to take. */
	public static final String ACTION = "Check spring.data.redis.username and spring.data.redis.password, or those in "
			+ "spring.data.redis.url.";

	@Serial
	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param message a message with the server and its answer
	 * @param cause the driver's exception, or {@code null}
	 */
	public RedisLoginException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
