package io.redisbroker.send;

/**
 * Gives senders for queues, streams and channels. Thread-safe. Methods of senders whose
 * names end in {@code Async} never wait. All others wait for Redis. In a thread that
 * reads the replies of Redis they would wait for themselves: there they throw
 * {@link IllegalStateException} and send nothing. Such a thread runs the continuations of
 * the futures of this broker, and the listeners of channels that have no worker.
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

	/**
	 * Sends to a queue.
	 * @param name the queue, without {@code redis-broker.key-prefix}
	 * @return a sender for that queue, which can be kept
	 */
	QueueSender queue(String name);

	/**
	 * Publishes on a channel.
	 * @param name the channel, without {@code redis-broker.key-prefix}
	 * @return a sender for that channel, which can be kept
	 */
	ChannelSender channel(String name);

	/**
	 * Publishes on a sharded channel. In a cluster a message goes to the node that owns
	 * the channel's slot, and to no other.
	 * @param name the channel, without {@code redis-broker.key-prefix}
	 * @return a sender for that channel, which can be kept
	 */
	ChannelSender shardedChannel(String name);

}
