package io.redisbroker.engine.preflight;

import io.redisbroker.client.directory.ConnectedRedis;

/**
 * Something about the Redis in use that a person should know.
 *
 * @param subject the subject
 * @param level how much it matters
 * @param problem the problem and its consequence
 * @param action the remedy
 */
public record Finding(Subject subject, Level level, String problem, String action) {

	static Finding warning(Subject subject, String problem, String action) {
		return new Finding(subject, Level.WARNING, problem, action);
	}

	static Finding note(Subject subject, String problem, String action) {
		return new Finding(subject, Level.NOTE, problem, action);
	}

	/** Says that it is about another Redis than the broker's own. */
	Finding in(ConnectedRedis redis) {
		return new Finding(this.subject, this.level, redis + ": " + this.problem, this.action);
	}

	@Override
	public String toString() {
		return this.problem + ". " + this.action;
	}

	/** The subject of a finding. */
	public enum Subject {

		/** Which keys Redis deletes when its memory is full. */
		EVICTION,

		/** Whether Redis keeps messages on a disk. */
		PERSISTENCE,

		/** Whether another server has the messages too. */
		REPLICAS,

		/** Which Redis it is. */
		VERSION,

		/** The rights of the user. */
		PERMISSIONS

	}

	/** How much a finding matters. */
	public enum Level {

		/** Messages can get lost, or listeners can't work. */
		WARNING,

		/** Nothing to act on, or something that can't be told. */
		NOTE

	}

}
