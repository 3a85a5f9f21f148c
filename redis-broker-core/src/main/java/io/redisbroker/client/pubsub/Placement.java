package io.redisbroker.client.pubsub;

import java.util.concurrent.CompletableFuture;

import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.jspecify.annotations.Nullable;

/**
 * Which node serves which topic, as far as is known. Every call returns at once; a change
 * of what is known is reported to whoever was named when this was created.
 */
public interface Placement {

	/**
	 * Returns where a topic belongs.
	 * @param topic the topic
	 * @return the node, or {@code null} while that is not known
	 */
	@Nullable String nodeFor(Topic topic);

	/**
	 * Connects to a node.
	 * @param node the node
	 * @return the connection
	 */
	CompletableFuture<StatefulRedisPubSubConnection<String, byte[]>> connect(String node);

	/**
	 * A node took a subscription away, or refused it: it serves the topic no more.
	 * @param topic the topic
	 * @param node the node, which knows best
	 */
	default void disown(Topic topic, String node) {
	}

	/**
	 * A node is late with an answer. Does anybody serve its topics in its place?
	 * @param node the node
	 */
	default void suspect(String node) {
	}

	/**
	 * A connection to a node broke, or can't be made.
	 * @param node the node
	 */
	default void unreachable(String node) {
	}

	/**
	 * Tells whether other nodes drop messages of a topic that they can't hand to the node
	 * it is subscribed at.
	 * @param topic the topic
	 * @return whether a silence of that node may have been a gap
	 */
	default boolean mayMissInSilence(Topic topic) {
		return false;
	}

	/**
	 * Tells whether another node may take over the topics of one that hangs, so that
	 * noticing it soon is worth more commands.
	 * @return whether there are other nodes
	 */
	default boolean hasOtherNodes() {
		return false;
	}

	/**
	 * Returns why it is not known where topics belong.
	 * @return the failure, or {@code null} when none is known
	 */
	default @Nullable Throwable failure() {
		return null;
	}

}
