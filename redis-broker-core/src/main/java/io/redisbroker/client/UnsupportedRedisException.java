package io.redisbroker.client;

import java.io.Serial;

import org.springframework.dao.NonTransientDataAccessResourceException;

/**
 * The server is a version of Redis that redis-broker does not work with.
 *
 * @since 0.1.0
 */
public class UnsupportedRedisException extends NonTransientDataAccessResourceException {

	/** What to do about it. */
	public static final String ACTION = "Use Redis 7.0 or later, or Valkey.";

	@Serial
	private static final long serialVersionUID = 1L;

	private final String problem;

	/**
	 * Creates the exception.
	 * @param version the server's version
	 */
	public UnsupportedRedisException(RedisVersion version) {
		this("Redis is " + version + ", but redis-broker needs 7.0");
	}

	private UnsupportedRedisException(String problem) {
		super(problem + ". " + ACTION);
		this.problem = problem;
	}

	/**
	 * Returns which version the server is, and which one it has to be.
	 * @return the problem, without what to do about it
	 */
	public String problem() {
		return this.problem;
	}

}
