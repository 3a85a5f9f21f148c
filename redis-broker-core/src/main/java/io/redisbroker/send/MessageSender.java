package io.redisbroker.send;

import java.util.Map;

/**
 * Sends to one queue, stream or channel. Immutable and thread-safe: each {@code with…}
 * returns a new sender, which can be kept.
 *
 * <p>
 * A payload is bytes or text, sent as they are; any other object, which Jackson writes as
 * JSON; a Spring {@link org.springframework.messaging.Message} with one of these, whose
 * headers are sent too; or a {@link io.redisbroker.message.Delivery} as a listener
 * received it. The broker's own headers of a received message are not sent.
 *
 * <p>
 * When Redis answers, it has the message. After
 * {@link org.springframework.data.redis.RedisConnectionFailureException} (the connection
 * broke) and {@link org.springframework.dao.QueryTimeoutException} (Redis did not answer
 * in time) it is unknown whether Redis has the message: no sender sends it a second time
 * by itself. While there is no connection, sending waits for one, up to
 * {@code spring.data.redis.timeout} and at most ten seconds. An error of Redis arrives as
 * {@link io.redisbroker.failure.RedisErrorException} with Redis' own message.
 *
 * @param <S> the type of the sender
 * @since 0.1.0
 */
public interface MessageSender<S extends MessageSender<S>> {

	/**
	 * Adds a header.
	 * @param name its name: not empty, not {@code payload}, and none of the broker's own,
	 * which start with {@code redisbroker_} or {@code dead-letter-}
	 * @param value its value
	 * @return a sender that sends the header too
	 * @throws IllegalArgumentException when the name is reserved
	 */
	S withHeader(String name, String value);

	/**
	 * Adds headers, for example those of a received message. The broker's own, which
	 * start with {@code redisbroker_} or {@code dead-letter-}, are left out.
	 * @param more names, neither empty nor {@code payload}, and values
	 * @return a sender that sends the headers too
	 * @throws IllegalArgumentException when a name is empty or {@code payload}
	 */
	S withHeaders(Map<String, String> more);

}
