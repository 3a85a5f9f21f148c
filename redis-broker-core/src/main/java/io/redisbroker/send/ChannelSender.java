package io.redisbroker.send;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Publishes on one channel: to whoever listens at that moment, and to nobody else. Redis
 * keeps nothing. Immutable and thread-safe: each {@code with…} returns a new sender,
 * which can be kept.
 *
 * <p>
 * A payload is bytes or text, sent as they are, or anything else that Jackson writes as
 * JSON, or a Spring {@link org.springframework.messaging.Message} with one of these,
 * whose headers are sent too, or a {@link io.redisbroker.message.Delivery} as a listener
 * received it. The broker's own headers of a received message stay behind. With headers
 * the payload travels in an envelope, which any client can read.
 *
 * <p>
 * A failure of the connection leaves open whether the message was published
 * ({@link org.springframework.data.redis.RedisConnectionFailureException},
 * {@link org.springframework.dao.QueryTimeoutException}): nothing is sent a second time
 * without being asked to. While there is no connection at all, publishing waits for one,
 * up to {@code spring.data.redis.timeout} and at most ten seconds. An error of Redis
 * arrives as {@link io.redisbroker.failure.RedisErrorException} with Redis' own message.
 *
 * @since 0.1.0
 */
public interface ChannelSender {

	/**
	 * Adds a header.
	 * @param name its name: not empty, not {@code payload}, and none of the broker's own,
	 * which start with {@code redisbroker_} or {@code dead-letter-}
	 * @param value its value
	 * @return a sender that sends the header too
	 * @throws IllegalArgumentException when the name is reserved
	 */
	ChannelSender withHeader(String name, String value);

	/**
	 * Adds headers, for example those of a received message. The broker's own, which
	 * start with {@code redisbroker_} or {@code dead-letter-}, stay behind.
	 * @param more names, neither empty nor {@code payload}, and values
	 * @return a sender that sends the headers too
	 * @throws IllegalArgumentException when a name is empty or {@code payload}
	 */
	ChannelSender withHeaders(Map<String, String> more);

	/**
	 * Publishes, and waits until Redis has done so.
	 * @param payload the payload
	 * @return how many connections Redis handed the message to, as far as the node knows
	 * that was asked. In a cluster a channel that is not sharded has listeners on other
	 * nodes, which get the message and are not counted. Listeners of one application
	 * share a connection and count once
	 */
	long publish(Object payload);

	/**
	 * Publishes. Messages are published in the order of the calls, but for those that
	 * wait for a connection.
	 * @param payload the payload
	 * @return how many connections Redis handed the message to, as {@link #publish} does
	 */
	CompletableFuture<Long> publishAsync(Object payload);

}
