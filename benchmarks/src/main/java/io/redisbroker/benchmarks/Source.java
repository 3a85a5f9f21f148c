package io.redisbroker.benchmarks;

/**
 * What a contestant listens on.
 *
 * @param kind how messages are kept and handed out
 * @param name the key or channel
 */
record Source(Kind kind, String name) {

	/** The one consumer group. */
	static final String GROUP = "benchmark";

	/** How messages are kept and handed out. */
	enum Kind {

		/** A stream with a consumer group, at least once. */
		STREAM,

		/** A list, at least once. */
		QUEUE,

		/** A list, at most once. */
		QUEUE_AT_MOST_ONCE,

		/** Pub/sub. */
		CHANNEL

	}

	/** The command that adds a message. */
	String command() {
		return switch (this.kind) {
			case STREAM -> "XADD";
			case QUEUE, QUEUE_AT_MOST_ONCE -> "LPUSH";
			case CHANNEL -> "PUBLISH";
		};
	}

}
