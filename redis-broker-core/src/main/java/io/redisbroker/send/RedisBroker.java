package io.redisbroker.send;

import io.redisbroker.failure.BrokerConfigurationException;

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

	/**
	 * Returns a broker that sends to another Redis of the application, for listeners that
	 * name its connection factory. Nothing else differs.
	 * @param connectionFactory the name of a bean of type {@code RedisConnectionFactory}
	 * @return the broker, which can be kept; this one if it sends to that Redis already
	 * @throws BrokerConfigurationException when there is no such connection factory, or
	 * it does not use Lettuce
	 * @throws UnsupportedOperationException when this is an implementation of your own
	 * that knows one Redis only
	 */
	default RedisBroker on(String connectionFactory) {
		throw new UnsupportedOperationException(getClass().getName() + " sends to one Redis only, and not to that of '"
				+ connectionFactory + "'. Have it override RedisBroker.on");
	}

}
