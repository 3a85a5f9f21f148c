package io.redisbroker.benchmarks;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A source for the listeners of contestants.
 *
 * @param kind how messages are kept and delivered
 * @param name the key or channel, or the beginning of the names of several
 * @param count how many keys there are
 */
record Source(Kind kind, String name, int count) {

	/** The one consumer group. */
	static final String GROUP = "benchmark";

	Source(Kind kind, String name) {
		this(kind, name, 1);
	}

	List<String> names() {
		return (this.count == 1) ? List.of(this.name)
				: IntStream.range(0, this.count).mapToObj((number) -> this.name + "-" + number).toList();
	}

	/** How messages are kept and delivered. */
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
