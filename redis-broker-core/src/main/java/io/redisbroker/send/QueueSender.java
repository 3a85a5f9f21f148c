package io.redisbroker.send;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.message.Delivery;

/**
 * Sends to one queue, and looks into it. With headers the payload travels in an envelope,
 * which any client can read. {@link MessageSender} describes payloads and failures; with
 * {@link #withDeduplication} sending again after a failure is safe.
 *
 * <p>
 * Messages wait in the queue in the order of the calls, except those of
 * {@link #sendAsync} that waited for a connection.
 *
 * @since 0.1.0
 */
public interface QueueSender extends MessageSender<QueueSender> {

	/**
	 * Refuses messages while so many wait in the queue; messages being handled don't
	 * count. {@link #sendDelayed(Object, Duration) sendDelayed} also counts
	 * {@link #delayed()}, which the other methods don't. A message is never refused when
	 * it becomes due.
	 * @param maxLength the most messages that may wait, at least 1
	 * @return a sender whose methods throw {@link QueueFullException} in place of sending
	 * a message for which there is no room
	 */
	QueueSender withMaxLength(long maxLength);

	/**
	 * Sends only once within a time, across all processes that use the same key: a call
	 * of {@code send…} that is repeated, because its answer got lost for example, sends
	 * nothing.
	 * @param key identifies the message, for example the id of the order
	 * @param window the time, from the first sending on, at least 1 ms; at most 100 years
	 * count
	 * @return a sender whose methods return {@code false} where the message was sent
	 * before
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
	 * Sends up to 10,000 messages with one command, all or none. It sends more with
	 * several commands, so that some may be sent when one fails.
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
	 * @param delay the time until it is due, by Redis' clock, not negative
	 * @return {@code false} when it was sent before, as {@link #withDeduplication} finds
	 * @throws QueueFullException when there is no room for it
	 */
	boolean sendDelayed(Object payload, Duration delay);

	/**
	 * Sends a message that is to be handled later. Until then Redis keeps it, and it
	 * counts as {@link #delayed()}.
	 * @param payload the payload
	 * @param due the time at which it is due, by Redis' clock; at once when that is over
	 * @return {@code false} when it was sent before, as {@link #withDeduplication} finds
	 * @throws QueueFullException when there is no room for it
	 */
	boolean sendDelayed(Object payload, Instant due);

	/**
	 * Counts the messages that wait in the queue.
	 * @return their number, without messages in flight and delayed ones
	 */
	long size();

	/**
	 * Counts the messages that consumers hold.
	 * @return their number, messages that were read ahead included
	 */
	long inFlight();

	/**
	 * Counts the messages that are not due yet.
	 * @return the number of messages that were sent to be handled later, wait for a
	 * retry, or were handed back or redriven and not read yet
	 */
	long delayed();

	/**
	 * Looks at messages that wait in the queue, without taking them.
	 * @param most the most messages to return, at least 1
	 * @return payloads and headers, the next in first-in, first-out order first
	 */
	List<Delivery.Content> peek(int most);

}
