package io.redisbroker.client;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.jspecify.annotations.Nullable;

/**
 * The clients that connect for subscriptions.
 *
 * @param client connects for channels and patterns to the one server
 * @param shardClient connects for sharded channels
 * @param cluster reaches the nodes of a cluster, or {@code null} without one
 * @param executor where to connect
 */
public record PubSubClients(LeanRedisClient client, LeanRedisClient shardClient, @Nullable Cluster cluster,
		Executor executor) {

	/**
	 * The nodes of a cluster.
	 *
	 * @param knowledge which node owns which slot
	 * @param connector connects to a node
	 */
	public record Cluster(ClusterKnowledge knowledge,
			Function<String, CompletionStage<StatefulRedisPubSubConnection<String, byte[]>>> connector) {
	}

}
