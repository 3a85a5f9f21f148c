package io.redisbroker.admin;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * Looks into the queues and streams of the application's listeners, and changes nothing.
 * Knows the sources of registered listeners and no other key. Messages are decoded as a
 * listener gets them. Thread-safe.
 *
 * <p>
 * A page has at most {@value #MOST} items. It ends before it is full with the message
 * that makes it larger than 8 MB. A page of one source is one script in Redis.
 *
 * <p>
 * Queues and streams are named by their complete keys, with
 * {@code redis-broker.key-prefix}, as {@link #names()} returns them. Channels keep
 * nothing, so there is nothing to look at. A failure of Redis arrives as it does when
 * sending; see {@link io.redisbroker.send.QueueSender}.
 *
 * @since 0.1.0
 */
public interface Sources {

	/** The largest page. */
	int MOST = 1000;

	/**
	 * Returns the keys that can be looked into.
	 * @return the queues and streams of registered listeners, each once
	 */
	List<String> names();

	/**
	 * Returns the sources of one listener only. Listeners may take messages from the same
	 * queue in different orders; this says which order is meant.
	 * @param id the listener's id
	 * @return its sources
	 * @throws IllegalArgumentException when there is no such listener
	 */
	Sources ofListener(String id);

	/**
	 * Asks Redis how much is left to do for a listener, in one round trip per source, all
	 * at the same time.
	 * @param listener the listener's id
	 * @return the backlogs by source. Sources of which Redis does not remember progress
	 * are left out: channels, circular queues, and streams without a group. Fails with an
	 * {@link IllegalArgumentException} when there is no such listener
	 */
	CompletableFuture<Map<String, Backlog>> backlog(String listener);

	/**
	 * Asks Redis which consumers take messages from a listener's sources, those of all
	 * instances, in one round trip per source.
	 * @param listener the listener's id
	 * @return the consumers by source, of a queue only those that hold messages. Sources
	 * without known consumers are left out. Fails with an
	 * {@link IllegalArgumentException} when there is no such listener
	 */
	CompletableFuture<Map<String, List<ConsumerState>>> consumers(String listener);

	/**
	 * Lists entries of a stream.
	 * @param stream the stream's key
	 * @param range the ids or times, and the direction
	 * @param from where the page starts: {@code null} for the first page, then
	 * {@link Page#next}
	 * @param most how many entries at most, from 1 to {@value #MOST}
	 * @return a page
	 * @throws IllegalArgumentException when no listener reads this stream, or an argument
	 * does not fit
	 */
	Page<StoredEntry> entries(String stream, EntryRange range, @Nullable String from, int most);

	/**
	 * Lists entries that a consumer group has not acknowledged, the oldest first.
	 * @param stream the stream's key
	 * @param group the consumer group
	 * @param filter the entries that are meant
	 * @param from where the page starts: {@code null} for the first page, then
	 * {@link Page#next}
	 * @param most how many entries at most, from 1 to {@value #MOST}
	 * @return a page
	 * @throws IllegalArgumentException when no listener reads this stream, the stream has
	 * no such group, or an argument does not fit
	 */
	Page<PendingEntry> pending(String stream, String group, PendingFilter filter, @Nullable String from, int most);

	/**
	 * Lists the consumer groups of a stream, of this application and of others.
	 * @param stream the stream's key
	 * @return the groups
	 * @throws IllegalArgumentException when no listener reads this stream
	 */
	List<GroupState> groups(String stream);

	/**
	 * Lists the consumers of a group.
	 * @param stream the stream's key
	 * @param group the consumer group
	 * @return the consumers
	 * @throws IllegalArgumentException when no listener reads this stream, or the stream
	 * has no such group
	 */
	List<ConsumerState> consumers(String stream, String group);

	/**
	 * Lists messages that wait in a queue, the next to be handled first. Listeners may
	 * take messages between two pages, which moves the others: the next page then leaves
	 * some out.
	 * @param queue the queue's key
	 * @param from where the page starts: {@code null} for the head, then
	 * {@link Page#next}, or a position
	 * @param most how many messages at most, from 1 to {@value #MOST}
	 * @return a page
	 * @throws IllegalArgumentException when no listener reads this queue, listeners take
	 * from it in different orders, or an argument does not fit
	 */
	Page<WaitingMessage> waiting(String queue, @Nullable String from, int most);

	/**
	 * Lists messages of a queue that wait for their time, the next to be due first. A
	 * message that stays where it is appears once; several that are due in the same
	 * millisecond may appear again on the next page.
	 * @param queue the queue's key
	 * @param from where the page starts: {@code null} for the first page, then
	 * {@link Page#next}
	 * @param most how many messages at most, from 1 to {@value #MOST}
	 * @return a page
	 * @throws IllegalArgumentException when no listener reads this queue, or an argument
	 * does not fit
	 */
	Page<DelayedMessage> delayed(String queue, @Nullable String from, int most);

	/**
	 * Lists messages of a queue that consumers hold, those read ahead included, the next
	 * whose lease ends first. A message whose lease is renewed between two pages appears
	 * again.
	 * @param queue the queue's key
	 * @param from where the page starts: {@code null} for the first page, then
	 * {@link Page#next}
	 * @param most how many messages at most, from 1 to {@value #MOST}
	 * @return a page
	 * @throws IllegalArgumentException when no listener reads this queue, or an argument
	 * does not fit
	 */
	Page<LeasedMessage> leased(String queue, @Nullable String from, int most);

}
