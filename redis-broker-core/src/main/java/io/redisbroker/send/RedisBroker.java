package io.redisbroker.send;

/**
 * Sends messages. Thread-safe.
 *
 * @since 0.1.0
 */
public interface RedisBroker {

	/**
	 * Sends to a stream.
	 * @param name the stream, without {@code redis-broker.key-prefix}
	 * @return a sender for that stream, which can be kept
	 */
	StreamSender stream(String name);

}
