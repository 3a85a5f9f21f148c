package io.redisbroker.failure;

import java.io.Serial;

import org.springframework.core.NestedRuntimeException;

/**
 * The broker or a listener can't work as it is configured. Says what is wrong and what to
 * change; thrown at start.
 *
 * @since 0.1.0
 */
public class BrokerConfigurationException extends NestedRuntimeException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final String problem;

	private final String action;

	/**
	 * Creates the exception.
	 * @param problem what is wrong, and where
	 * @param action what to change
	 */
	public BrokerConfigurationException(String problem, String action) {
		super(problem + ". " + action);
		this.problem = problem;
		this.action = action;
	}

	/**
	 * Returns this problem as one of a listener, for a message that says where.
	 * @param where the listener or method
	 * @return the exception with a place
	 */
	public BrokerConfigurationException in(String where) {
		BrokerConfigurationException exception = new BrokerConfigurationException(where + ": " + this.problem,
				this.action);
		exception.initCause(this);
		return exception;
	}

	/**
	 * Returns what is wrong.
	 * @return the problem
	 */
	public String problem() {
		return this.problem;
	}

	/**
	 * Returns what to change.
	 * @return the action
	 */
	public String action() {
		return this.action;
	}

}
