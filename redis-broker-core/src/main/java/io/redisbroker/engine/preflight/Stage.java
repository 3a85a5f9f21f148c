package io.redisbroker.engine.preflight;

/**
 * The purpose of an application, which decides how much it matters that Redis may lose
 * messages with its server.
 */
public enum Stage {

	/** A Redis without a disk or a replica is as it should be: both are notes. */
	DEVELOPMENT,

	/** It is not known: no disk is a warning, no replica is a note. */
	UNKNOWN,

	/** A Redis without a disk or without a replica loses messages: both are warnings. */
	PRODUCTION

}
