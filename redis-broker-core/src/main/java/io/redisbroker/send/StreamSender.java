package io.redisbroker.send;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.failure.RedisErrorException;
import org.springframework.messaging.Message;

/**
 * Adds entries to one stream. Immutable and thread-safe: each {@code with…} returns a new
 * sender, which can be kept.
 *
 * <p>
 * A payload is bytes or text, sent as they are, or anything else that Jackson writes as
 * JSON, or a Spring {@link Message} with one of these, whose headers are sent too, or a
 * {@link io.redisbroker.message.Delivery} as a listener received it. The broker's own
 * headers of a received message stay behind.
 *
 * <p>
 * Whoever gets an id back knows that Redis has the entry. A failure leaves this open
 * where the connection broke or Redis did not answer in time
 * ({@link org.springframework.data.redis.RedisConnectionFailureException},
 * {@link org.springframework.dao.QueryTimeoutException}): nothing is sent a second time
 * without being asked to. While there is no connection at all, sending waits for one, up
 * to {@code spring.data.redis.timeout} and at most ten seconds. An error of Redis arrives
 * as {@link RedisErrorException} with Redis' own message.
 *
 * <p>
 * Entries are added in the order of the calls, and of the list in {@link #sendAll}, but
 * for those that waited for a connection: what has to keep its order even then is sent
 * one by one, each when {@link #send} has returned.
 *
 * @since 0.1.0
 */
public interface StreamSender {

	/**
	 * Adds a header.
	 * @param name its name: not empty, not {@code payload}, and none of the broker's own,
	 * which start with {@code redisbroker_} or {@code dead-letter-}
	 * @param value its value
	 * @return a sender that sends the header too
	 * @throws IllegalArgumentException when the name is reserved
	 */
	StreamSender withHeader(String name, String value);

	/**
	 * Adds headers, for example those of a received message. The broker's own, which
	 * start with {@code redisbroker_} or {@code dead-letter-}, stay behind.
	 * @param more names, neither empty nor {@code payload}, and values
	 * @return a sender that sends the headers too
	 * @throws IllegalArgumentException when a name is empty or {@code payload}
	 */
	StreamSender withHeaders(Map<String, String> more);

	/**
	 * Sets the entry's id, which must be greater than every id in the stream, or Redis
	 * refuses it with an error.
	 * @param id an id such as {@code 1526569495631-0}, or {@code 1526569495631-*} to have
	 * Redis (7 or later) complete it
	 * @return a sender that uses this id
	 */
	StreamSender withId(String id);

	/**
	 * Keeps about this many entries: each addition removes the oldest beyond that,
	 * handled or not. Redis removes whole blocks, so somewhat more may stay. Takes the
	 * place of {@link #withMaxAge}.
	 * @param maxLength the number of entries, at least 1
	 * @return a sender that limits the stream
	 */
	StreamSender withMaxLength(long maxLength);

	/**
	 * Keeps entries for about this long: each addition removes those that are older by
	 * Redis' clock, handled or not. Redis removes whole blocks, so somewhat older ones
	 * may stay. Takes the place of {@link #withMaxLength}.
	 * @param maxAge the age, positive
	 * @return a sender that limits the stream
	 */
	StreamSender withMaxAge(Duration maxAge);

	/**
	 * Adds an entry and waits until Redis has it.
	 * @param payload the payload
	 * @return the entry's id
	 */
	String send(Object payload);

	/**
	 * Adds an entry.
	 * @param payload the payload
	 * @return the entry's id, when Redis has it
	 * @throws IllegalArgumentException when a header is called {@code payload}
	 */
	CompletableFuture<String> sendAsync(Object payload);

	/**
	 * Adds many entries, many at a time, and waits until Redis has them all. They are
	 * separate entries: when one fails, others may be in the stream. All are encoded
	 * before the first is sent: where one can't be, nothing is sent.
	 * @param payloads the payloads
	 * @return the entries' ids, in order
	 * @throws SendAllException when at least one failed; tells which
	 * @throws tools.jackson.core.JacksonException when one can't be written as JSON
	 * @throws IllegalArgumentException when one is {@code null}, or has a header that is
	 * called {@code payload}
	 */
	List<String> sendAll(Collection<?> payloads);

}
