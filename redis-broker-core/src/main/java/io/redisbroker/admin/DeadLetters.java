package io.redisbroker.admin;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.deadletter.DeadLetterSource;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters of the application's listeners: to look at, to put back into their
 * source (redrive), to delete. Knows the sources of registered listeners and no other
 * key, and of streams that several sources share the dead letters of those sources alone.
 * Thread-safe.
 *
 * <p>
 * To redrive is one step in Redis: the message is in its source again, with a fresh count
 * of deliveries and failures, and its dead letter is gone. A message is put back once,
 * however often that is asked for, and whichever process dies meanwhile. It goes to those
 * that gave up, and to no others: an entry of a stream to its consumer group, or to the
 * listener that reads without one. It keeps its id; {@link #redrive(String, String)} says
 * when Redis stores it under another id.
 *
 * <p>
 * A failure of Redis arrives as it does when sending; see
 * {@link io.redisbroker.send.QueueSender}.
 *
 * @since 0.1.0
 */
public interface DeadLetters {

	/**
	 * Returns where dead letters may be.
	 * @return the sources of registered listeners
	 */
	List<DeadLetterSource> sources();

	/**
	 * Returns the dead letters of some sources only. Where listeners keep those of one
	 * source in several streams, this says which are meant.
	 * @param some the sources, of those that {@link #sources()} returns, for all groups
	 * and listeners or for one
	 * @return their dead letters
	 * @throws IllegalArgumentException when no listener has one of them
	 */
	DeadLetters of(DeadLetterSource... some);

	/**
	 * Returns the dead letters of one listener only: of its consumer group where it reads
	 * streams with one, of all consumers where it reads queues.
	 * @param id the listener's id
	 * @return its dead letters
	 * @throws IllegalArgumentException when there is no such listener
	 */
	DeadLetters ofListener(String id);

	/**
	 * Counts dead letters, one by one inside Redis, 1,000 at a time: some milliseconds
	 * for each 1,000 in the stream.
	 * @param source the source's key
	 * @return how many there are
	 * @throws IllegalArgumentException when no listener has this source, or several keep
	 * its dead letters apart
	 */
	long count(String source);

	/**
	 * Counts the entries of the stream that has the dead letters of a source, in no time.
	 * @param source the source's key
	 * @return how many there are, of all sources, groups and listeners that share the
	 * stream
	 * @throws IllegalArgumentException when no listener has this source, or several keep
	 * its dead letters apart
	 */
	long stored(String source);

	/**
	 * Lists dead letters, the oldest first.
	 * @param source the source's key
	 * @param filter which of them
	 * @param from where to start: {@code null} for the first page, then
	 * {@link DeadLetterPage#next}
	 * @param most how many at most, at least 1
	 * @return a page; it ends before it is full with the letter that makes it larger than
	 * 8 MB
	 * @throws IllegalArgumentException when no listener has this source, or several keep
	 * its dead letters apart
	 */
	DeadLetterPage list(String source, DeadLetterFilter filter, @Nullable String from, int most);

	/**
	 * Finds a dead letter.
	 * @param source the source's key
	 * @param id the dead letter's id
	 * @return the dead letter, if it is there
	 * @throws IllegalArgumentException when no listener has this source, or several keep
	 * its dead letters apart
	 */
	Optional<StoredDeadLetter> find(String source, String id);

	/**
	 * Puts a message back into its source, for those that gave up. A message of a queue
	 * and an entry that its stream still has come again under the id they had. Where the
	 * entry is gone, or its group, a copy is added to the stream that only this group
	 * handles; {@link io.redisbroker.message.Delivery#id()} is the id of the original
	 * then, too. Only messages that are never acknowledged, with {@code ackMode = NONE}
	 * and from circular queues, have a new id in a queue.
	 * @param source the source's key
	 * @param id the dead letter's id
	 * @return whether it was there; {@code false} too when another caller was faster
	 * @throws IllegalArgumentException when no listener has this source, or several keep
	 * its dead letters apart
	 */
	boolean redrive(String source, String id);

	/**
	 * Puts a message back into its source with another payload and its headers. An entry
	 * of a stream comes as a copy, see {@link #redrive(String, String)}.
	 * @param source the source's key
	 * @param id the dead letter's id
	 * @param payload the payload in place of the one it had: bytes or an object, encoded
	 * in the content type that the message has; or text as it is, where a content type of
	 * a {@link io.redisbroker.converter.PayloadFormat} is removed, so that the text is
	 * read as JSON or text
	 * @return whether it was there
	 * @throws IllegalArgumentException when no listener has this source, or several keep
	 * its dead letters apart, or the message has fields and no payload
	 */
	boolean redrive(String source, String id, Object payload);

	/**
	 * Puts many messages back into their source, the oldest first: those that are there
	 * now, and none that becomes a dead letter meanwhile. When it fails, or the process
	 * ends, some are back and the others are dead letters still.
	 * @param source the source's key
	 * @param filter which of them
	 * @param perSecond how many per second at most, at least 1
	 * @return how many were put back, when all are
	 * @throws IllegalArgumentException when no listener has this source, or several keep
	 * its dead letters apart
	 */
	CompletableFuture<Long> redriveAll(String source, DeadLetterFilter filter, int perSecond);

	/**
	 * Deletes dead letters.
	 * @param source the source's key
	 * @param ids their ids
	 * @return how many were there
	 * @throws IllegalArgumentException when no listener has this source, or several keep
	 * its dead letters apart
	 */
	long delete(String source, Collection<String> ids);

	/**
	 * Deletes all dead letters that are there now.
	 * @param source the source's key
	 * @return how many there were
	 * @throws IllegalArgumentException when no listener has this source, or several keep
	 * its dead letters apart
	 */
	long purge(String source);

}
