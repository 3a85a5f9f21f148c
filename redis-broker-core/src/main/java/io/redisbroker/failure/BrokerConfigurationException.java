package io.redisbroker.failure;

import java.io.Serial;

import org.springframework.core.NestedRuntimeException;

/**
 * The configuration of the broker or of a listener is not valid. It describes the problem
 * and the change that solves it. Thrown when the application starts, or when a listener
 * is registered or started.
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
	 * @param problem the problem and its place, without a full stop
	 * @param action the change that solves it
	 */
	public BrokerConfigurationException(String problem, String action) {
		super(problem + ". " + action);
		this.problem = problem;
		this.action = action;
	}

	/**
	 * Returns this problem with its place at the beginning of the message.
	 * @param where the listener or method
	 * @return a new exception with this one as its cause
	 */
	public BrokerConfigurationException in(String where) {
		BrokerConfigurationException exception = new BrokerConfigurationException(where + ": " + this.problem,
				this.action);
		exception.initCause(this);
		return exception;
	}

	/**
	 * Returns the problem.
	 * @return the problem, without a full stop
	 */
	public String problem() {
		return this.problem;
	}

	/**
	 * Returns the change that solves the problem.
	 * @return the action
	 */
	public String action() {
		return this.action;
	}

}
