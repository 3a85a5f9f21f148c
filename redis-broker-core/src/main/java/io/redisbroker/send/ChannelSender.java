package io.redisbroker.send;

import java.util.concurrent.CompletableFuture;

/**
 * Publishes on one channel. Only the connections that are subscribed at that moment
 * receive the message: Redis keeps nothing. With headers the payload travels in an
 * envelope, which any client can read. {@link MessageSender} describes payloads and
 * failures.
 *
 * @since 0.1.0
 */
public interface ChannelSender extends MessageSender<ChannelSender> {

	/**
	 * Publishes, and waits until Redis has done so.
	 * @param payload the payload
	 * @return the number of connections that received the message, as far as the node
	 * knows that was asked. In a cluster a channel that is not sharded has listeners on
	 * other nodes, which get the message and are not counted. Listeners of one
	 * application share a connection and count once
	 */
	long publish(Object payload);

	/**
	 * Publishes. Messages are published in the order of the calls, except those that wait
	 * for a connection.
	 * @param payload the payload
	 * @return the number of connections that received the message, as {@link #publish}
	 * counts them
	 */
	CompletableFuture<Long> publishAsync(Object payload);

}
