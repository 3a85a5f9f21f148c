package io.redisbroker.failure;

import java.io.Serial;

import org.springframework.dao.NonTransientDataAccessResourceException;

/**
 * The server has a version of Redis that redis-broker does not support.
 *
 * @since 0.1.0
 */
public class UnsupportedRedisException extends NonTransientDataAccessResourceException {

	/** The action to take. */
	public static final String ACTION = "Use Redis 7.0 or later, or Valkey.";

	@Serial
	private static final long serialVersionUID = 1L;

	private final String problem;

	/**
	 * Creates the exception.
	 * @param version the server's version, for example {@code 6.2.14}
	 */
	public UnsupportedRedisException(String version) {
		super(problem(version) + ". " + ACTION);
		this.problem = problem(version);
	}

	private static String problem(String version) {
		return "Redis is " + version + ", but redis-broker needs 7.0";
	}

	/**
	 * Returns the problem: the version of the server and the version that is needed.
	 * @return the problem, without the action
	 */
	public String problem() {
		return this.problem;
	}

}
