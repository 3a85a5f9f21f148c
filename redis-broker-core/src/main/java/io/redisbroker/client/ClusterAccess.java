package io.redisbroker.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;

import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.codec.ByteArrayCodec;
import org.jspecify.annotations.Nullable;

/**
 * All connections to a cluster, with the knowledge of slot owners that they share.
 * Thread-safe.
 */
final class ClusterAccess {

	private final NodeAddresses addresses;

	private final Executor executor;

	private final Duration replyTimeout;

	private final ScheduledThreadPoolExecutor timer;

	private final ClusterKnowledge knowledge;

	private final OwnerReads reads;

	private final ClusterNodes nodes;

	private final ClusterConnection shared;

	/**
	 * Creates the access; nothing is connected yet.
	 * @param addresses how to connect to nodes
	 * @param client connects for commands that do not wait, and for questions
	 * @param reading connects for commands that wait
	 * @param executor where to connect
	 * @param replyTimeout how long a reply may take
	 * @param threads makes the thread that watches the nodes
	 */
	ClusterAccess(NodeAddresses addresses, LeanRedisClient client, LeanRedisClient reading, Executor executor,
			Duration replyTimeout, ThreadFactory threads) {
		this.addresses = addresses;
		this.executor = executor;
		this.replyTimeout = replyTimeout;
		this.timer = new ScheduledThreadPoolExecutor(1, threads);
		this.timer.setRemoveOnCancelPolicy(true);
		this.knowledge = new ClusterKnowledge(addresses.seeds(),
				new TopologyConnections((node) -> client.connectAsync(ByteArrayCodec.INSTANCE, addresses.of(node))),
				executor);
		this.reads = new OwnerReads(this.knowledge,
				(node) -> reading.connectAsync(ByteArrayCodec.INSTANCE, addresses.of(node)));
		Gate<ClusterKnowledge> known = new Gate<>(executor);
		this.nodes = new ClusterNodes(this.knowledge,
				(node) -> client.connectAsync(ByteArrayCodec.INSTANCE, addresses.of(node))
					.thenApplyAsync((connection) -> VersionCheck.check(connection, replyTimeout), executor),
				this.reads, known, replyTimeout, this.timer, executor);
		this.shared = new ClusterConnection(this.knowledge, this.nodes, known, replyTimeout, this.timer, executor);
	}

	/** Asks the nodes once, without the retries of commands. */
	CompletableFuture<Void> reach() {
		if (!this.knowledge.view().isEmpty()) {
			return CompletableFuture.completedFuture(null);
		}
		return this.knowledge.askOnce().thenCompose((nothing) -> {
			Throwable failure = this.knowledge.failure();
			return (failure != null) ? CompletableFuture.failedFuture(failure)
					: CompletableFuture.completedFuture(null);
		});
	}

	/** Returns the node that owns the slot of a key, if that is known. */
	@Nullable String ownerOf(String key) {
		return this.knowledge.ownerOf(SlotHash.getSlot(key));
	}

	RedisConnection shared() {
		return this.shared;
	}

	RedisConnection dedicated(String key) {
		this.nodes.watch();
		return new DedicatedConnection(() -> this.reads.connect(key), this.executor, () -> this.reads.doubt(key));
	}

	/**
	 * Opens a connection to each node that owns slots.
	 * @param client connects
	 * @return the connections, to be closed
	 */
	CompletableFuture<List<RedisConnection>> primaries(LeanRedisClient client) {
		return CompletableFuture.supplyAsync(() -> this.knowledge.awaitView(this.replyTimeout)
			.primaries()
			.stream()
			.map((node) -> (RedisConnection) new DedicatedConnection(
					() -> client.connect(ByteArrayCodec.INSTANCE, this.addresses.of(node)), this.executor,
					this.knowledge::ask))
			.toList(), this.executor);
	}

	PubSubClients.Cluster forSubscriptions(LeanRedisClient client) {
		return new PubSubClients.Cluster(this.knowledge,
				(node) -> client.connectPubSubAsync(LettuceConnection.CHANNELS, this.addresses.of(node)));
	}

	/** Fails waiting commands. The clients close the connections. */
	void close() {
		this.timer.shutdown();
		this.shared.close();
		this.nodes.close();
		this.knowledge.close();
	}

}
