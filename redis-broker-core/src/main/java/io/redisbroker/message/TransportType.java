package io.redisbroker.message;

import java.util.Locale;

/**
 * The kinds of transport. The name in lower case is used on the wire, in meters and in
 * log lines.
 *
 * @since 0.1.0
 */
public enum TransportType {

	/** A list: one consumer handles each message. */
	QUEUE,

	/** A stream, with or without a consumer group. */
	STREAM,

	/** Pub/sub, patterns and sharded pub/sub. Redis keeps no messages. */
	CHANNEL;

	private final String text = name().toLowerCase(Locale.ROOT);

	/**
	 * Returns the name that the wire format and meters use.
	 * @return {@code queue}, {@code stream} or {@code channel}
	 */
	@Override
	public String toString() {
		return this.text;
	}

}
