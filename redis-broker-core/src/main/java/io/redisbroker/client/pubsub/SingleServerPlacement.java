package io.redisbroker.client.pubsub;

import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.redisbroker.client.LeanRedisClient;
import io.redisbroker.client.LettuceConnection;

/**
 * The placement without a cluster: one server serves all topics. Each new connection
 * looks it up again: behind Sentinels, the primary of that moment. Sharded channels have
 * a connection of their own, with the protocol that the driver needs for them.
 */
public final class SingleServerPlacement implements Placement {

	private static final String NODE = "Redis";

	private static final String SHARDED = " (sharded channels)";

	private final LeanRedisClient client;

	private final LeanRedisClient shardClient;

	private final Executor executor;

	private final Runnable changed;

	private volatile String node = NODE;

	/**
	 * Creates a placement.
	 * @param client connects for channels and patterns
	 * @param shardClient connects for sharded channels
	 * @param executor where to connect
	 * @param changed is called when subscriptions have to move
	 */
	public SingleServerPlacement(LeanRedisClient client, LeanRedisClient shardClient, Executor executor,
			Runnable changed) {
		this.client = client;
		this.shardClient = shardClient;
		this.executor = executor;
		this.changed = changed;
	}

	/** Moves subscriptions to the server to which the address leads now. */
	void moved() {
		this.node = this.node.equals(NODE) ? NODE + ", anew" : NODE;
		this.changed.run();
	}

	@Override
	public String nodeFor(Topic topic) {
		return (topic.kind() == Topic.Kind.SHARD) ? this.node + SHARDED : this.node;
	}

	@Override
	public CompletableFuture<StatefulRedisPubSubConnection<String, byte[]>> connect(String node) {
		return CompletableFuture.supplyAsync(() -> clientOf(node).connectPubSub(LettuceConnection.CHANNELS),
				this.executor);
	}

	/**
	 * Begins the next attempt with another Sentinel: the driver asks one after the other,
	 * and waits long for one that hangs.
	 */
	@Override
	public void unreachable(String node) {
		Collections.rotate(clientOf(node).uri().getSentinels(), -1);
	}

	private LeanRedisClient clientOf(String node) {
		return node.endsWith(SHARDED) ? this.shardClient : this.client;
	}

}
