package io.redisbroker.send;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.message.Delivery;

/**
 * Sends to one queue, and looks into it. Immutable and thread-safe: each {@code with…}
 * returns a new sender, which can be kept.
 *
 * <p>
 * A payload is bytes or text, sent as they are, or anything else that Jackson writes as
 * JSON, or a Spring {@link org.springframework.messaging.Message} with one of these,
 * whose headers are sent too, or a {@link Delivery} as a listener received it. The
 * broker's own headers of a received message stay behind. With headers the payload
 * travels in an envelope, which any client can read.
 *
 * <p>
 * When a method returns, Redis has the message. A failure leaves this open where the
 * connection broke or Redis did not answer in time
 * ({@link org.springframework.data.redis.RedisConnectionFailureException},
 * {@link org.springframework.dao.QueryTimeoutException}): nothing is sent a second time
 * without being asked to, and with {@link #withDeduplication} asking twice is safe. While
 * there is no connection at all, sending waits for one, up to
 * {@code spring.data.redis.timeout} and at most ten seconds. An error of Redis arrives as
 * {@link io.redisbroker.failure.RedisErrorException} with Redis' own message.
 *
 * <p>
 * Messages wait in the queue in the order of the calls, but for those of
 * {@link #sendAsync} that waited for a connection.
 *
 * @since 0.1.0
 */
public interface QueueSender {

	/**
	 * Adds a header.
	 * @param name its name: not empty, not {@code payload}, and none of the broker's own,
	 * which start with {@code redisbroker_} or {@code dead-letter-}
	 * @param value its value
	 * @return a sender that sends the header too
	 * @throws IllegalArgumentException when the name is reserved
	 */
	QueueSender withHeader(String name, String value);

	/**
	 * Adds headers, for example those of a received message. The broker's own, which
	 * start with {@code redisbroker_} or {@code dead-letter-}, stay behind.
	 * @param more names, neither empty nor {@code payload}, and values
	 * @return a sender that sends the headers too
	 * @throws IllegalArgumentException when a name is empty or {@code payload}
	 */
	QueueSender withHeaders(Map<String, String> more);

	/**
	 * Refuses messages while so many wait in the queue; those being handled don't count.
	 * {@link #sendDelayed(Object, Duration) sendDelayed} also counts {@link #delayed()},
	 * which the other methods don't. A message is never refused when it becomes due.
	 * @param maxLength how many may wait, at least 1
	 * @return a sender whose methods throw {@link QueueFullException} in place of sending
	 * what has no room
	 */
	QueueSender withMaxLength(long maxLength);

	/**
	 * Sends what this key names only once within a time, whoever sends it: one call of
	 * {@code send…}, also when its answer got lost and it is made again.
	 * @param key names what is sent, for example the id of the order
	 * @param window for how long, from the first time it was sent, at least 1 ms
	 * @return a sender whose methods return {@code false} where it was sent before
	 */
	QueueSender withDeduplication(String key, Duration window);

	/**
	 * Sends a message.
	 * @param payload the payload
	 * @return {@code false} when it was sent before, as {@link #withDeduplication} finds
	 * @throws QueueFullException when there is no room for it
	 */
	boolean send(Object payload);

	/**
	 * Sends a message.
	 * @param payload the payload
	 * @return completes when Redis has it, as {@link #send} returns, or with its
	 * exceptions
	 */
	CompletableFuture<Boolean> sendAsync(Object payload);

	/**
	 * Sends many messages with one command, all or none; more than 10,000 with several
	 * commands.
	 * @param payloads the payloads, which will be handled in this order
	 * @return {@code false} when they were sent before, as {@link #withDeduplication}
	 * finds: the key stands for the whole call
	 * @throws QueueFullException when there is no room for all of them
	 * @throws IllegalArgumentException for more than 10,000 messages where they must be
	 * sent together, since a maximum length or a deduplication key is set
	 */
	boolean sendAll(Collection<?> payloads);

	/**
	 * Sends a message only if messages wait in the queue already.
	 * @param payload the payload
	 * @return whether it was sent
	 * @throws QueueFullException when there is no room for it
	 */
	boolean sendIfPresent(Object payload);

	/**
	 * Sends a message that is to be handled later. Until then Redis keeps it, and it
	 * counts as {@link #delayed()}.
	 * @param payload the payload
	 * @param delay how long to wait, by Redis' clock, not negative
	 * @return {@code false} when it was sent before, as {@link #withDeduplication} finds
	 * @throws QueueFullException when there is no room for it
	 */
	boolean sendDelayed(Object payload, Duration delay);

	/**
	 * Sends a message that is to be handled later. Until then Redis keeps it, and it
	 * counts as {@link #delayed()}.
	 * @param payload the payload
	 * @param due when, by Redis' clock; at once when that is over
	 * @return {@code false} when it was sent before, as {@link #withDeduplication} finds
	 * @throws QueueFullException when there is no room for it
	 */
	boolean sendDelayed(Object payload, Instant due);

	/**
	 * Counts what waits.
	 * @return how many messages wait in the queue; those in flight and delayed don't
	 * count
	 */
	long size();

	/**
	 * Counts what is being handled.
	 * @return how many messages consumers hold, those read ahead included
	 */
	long inFlight();

	/**
	 * Counts what waits for its time.
	 * @return how many messages were sent to be handled later or wait to be delivered
	 * again
	 */
	long delayed();

	/**
	 * Looks at what waits, without taking it.
	 * @param most how many messages at most, at least 1
	 * @return payloads and headers, the next in first-in, first-out order first
	 */
	List<Delivery.Content> peek(int most);

}
