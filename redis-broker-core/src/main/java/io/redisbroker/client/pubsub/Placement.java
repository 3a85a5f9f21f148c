package io.redisbroker.client.pubsub;

import java.util.concurrent.CompletableFuture;

import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.jspecify.annotations.Nullable;

/**
 * The known node of each topic. Every call returns at once; changes are reported to the
 * callback given on creation.
 */
public interface Placement {

	/**
	 * Returns the node of a topic.
	 * @param topic the topic
	 * @return the node, or {@code null} while it is not known
	 */
	@Nullable String nodeFor(Topic topic);

	/**
	 * Connects to a node.
	 * @param node the node
	 * @return the connection
	 */
	CompletableFuture<StatefulRedisPubSubConnection<String, byte[]>> connect(String node);

	/**
	 * A node ended or refused a subscription: it serves the topic no more.
	 * @param topic the topic
	 * @param node the node
	 */
	default void disown(Topic topic, String node) {
	}

	/**
	 * A node is late with an answer: another node may serve its topics now.
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
	 * Tells whether other nodes drop messages of a topic that they can't pass to the node
	 * of its subscription.
	 * @param topic the topic
	 * @return whether a silence of that node may have been a gap
	 */
	default boolean mayMissInSilence(Topic topic) {
		return false;
	}

	/**
	 * Tells whether another node can take over the topics of one that hangs, so that
	 * noticing it soon is worth more pings.
	 * @return whether there are other nodes
	 */
	default boolean hasOtherNodes() {
		return false;
	}

	/**
	 * Returns the reason why the nodes of topics are not known.
	 * @return the failure, or {@code null} when none is known
	 */
	default @Nullable Throwable failure() {
		return null;
	}

}
