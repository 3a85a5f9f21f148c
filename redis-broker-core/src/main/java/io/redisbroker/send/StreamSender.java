package io.redisbroker.send;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Adds entries to one stream. {@link MessageSender} describes payloads and failures.
 *
 * <p>
 * Entries are added in the order of the calls, and of the list in {@link #sendAll},
 * except those that waited for a connection. To keep the order even then, send one entry
 * after the other, each when {@link #send} has returned.
 *
 * @since 0.1.0
 */
public interface StreamSender extends MessageSender<StreamSender> {

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
	 * @throws IllegalArgumentException when a header of a {@link Message} is called
	 * {@code payload}
	 */
	CompletableFuture<String> sendAsync(Object payload);

	/**
	 * Adds many entries, many at a time, and waits until Redis has them all. They are
	 * separate entries: when one fails, others may be in the stream. All are encoded
	 * before the first is sent: if one can't be encoded, nothing is sent.
	 * @param payloads the payloads
	 * @return the entries' ids, in order
	 * @throws SendAllException when at least one failed; it has the ids of the others
	 * @throws tools.jackson.core.JacksonException when one can't be written as JSON
	 * @throws IllegalArgumentException when one is {@code null}, or has a header that is
	 * called {@code payload}
	 */
	List<String> sendAll(Collection<?> payloads);

}
