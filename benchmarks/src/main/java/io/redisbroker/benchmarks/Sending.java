package io.redisbroker.benchmarks;

/**
 * A way to send messages.
 */
enum Sending {

	/** To a list; each call returns when Redis has the message. */
	ONE_BY_ONE,

	/** To a list; without waiting, at most one chunk unanswered. */
	ASYNC,

	/** To a list; a chunk with one call. */
	BULK_TO_LIST,

	/** To a stream; a chunk with one call. */
	BULK_TO_STREAM;

	/** How many messages are handed over at once. */
	static final int CHUNK = 10_000;

	boolean toStream() {
		return this == BULK_TO_STREAM;
	}

}
