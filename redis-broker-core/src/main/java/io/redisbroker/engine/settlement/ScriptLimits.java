package io.redisbroker.engine.settlement;

/**
 * Limits of one call of a script: Redis' Lua takes about 8,000 values on its stack.
 */
final class ScriptLimits {

	/** Arguments that a script hands on to one command. */
	static final int MOST_VALUES = 7000;

	/** Deliveries that a script settles, some of which need several values. */
	static final int MOST_DELIVERIES = 1000;

	private ScriptLimits() {
	}

}
