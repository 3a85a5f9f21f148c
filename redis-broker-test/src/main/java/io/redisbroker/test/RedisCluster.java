package io.redisbroker.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.sync.RedisAdvancedClusterCommands;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis Cluster: by default three primaries with a replica each. Its nodes can be
 * killed, frozen and restarted like any {@link RedisServer}; beyond that, it can fail
 * over and move slots: <pre class="code">
 * try (RedisCluster cluster = RedisCluster.start()) {
 *     RedisServer primary = cluster.primaryOf("orders");
 *     cluster.failover(primary);
 *     cluster.migrateSlot(RedisCluster.slotOf("orders"), primary);
 * }
 * </pre>
 * <p>
 * Starting one takes two to three seconds. Thread-safe, though two changes of the
 * topology at the same time can make each other fail.
 *
 * @since 0.1.0
 */
public final class RedisCluster implements RedisDeployment {

	private static final Duration FAILOVER_TIMEOUT = Duration.ofSeconds(6);

	private final AdminClient admin;

	private final Map<String, RedisServer> nodes;

	private final @Nullable String password;

	private final ClusterHealth health;

	private @Nullable RedisClusterClient client;

	private @Nullable StatefulRedisClusterConnection<String, String> connection;

	private RedisCluster(AdminClient admin, List<RedisServer> nodes, @Nullable String password) {
		this.admin = admin;
		this.nodes = new LinkedHashMap<>();
		nodes.forEach((node) -> this.nodes.put(node.commands().clusterMyId(), node));
		this.password = password;
		this.health = new ClusterHealth(this.nodes);
	}

	/**
	 * Start an empty cluster of three primaries with a replica each.
	 * @return the cluster, ready to use
	 * @throws RedisServerException if it does not start, or it is not clear which Redis
	 * to run
	 */
	public static RedisCluster start() {
		return builder().start();
	}

	/**
	 * Choose settings for a cluster.
	 * @return a builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Return the hash slot of a key.
	 * @param key the key
	 * @return its slot, from 0 to 16383
	 */
	public static int slotOf(String key) {
		return SlotHash.getSlot(key);
	}

	@Override
	public List<RedisServer> nodes() {
		return List.copyOf(this.nodes.values());
	}

	/**
	 * Return the nodes that work and take themselves for primaries.
	 * @return the primaries, in the order in which they were started
	 */
	public List<RedisServer> primaries() {
		return working().stream().filter((node) -> NodeTable.of(node).myself().isPrimary()).toList();
	}

	/**
	 * Return the node that owns a key.
	 * @param key the key
	 * @return the owner of its slot
	 * @see #ownerOf(int)
	 */
	public RedisServer primaryOf(String key) {
		return ownerOf(slotOf(key));
	}

	/**
	 * Return the node that owns a slot. Where nodes disagree, the claim with the highest
	 * epoch counts, as it will for the cluster. While the owner is down and no node has
	 * taken over, it is still the owner.
	 * @param slot the slot, from 0 to 16383
	 * @return its owner
	 * @throws RedisServerException if no node owns it or no node works
	 */
	public RedisServer ownerOf(int slot) {
		return working().stream()
			.flatMap((node) -> NodeTable.of(node).owner(slot).stream())
			.max(Comparator.comparingLong(NodeTable.Member::epoch))
			.map((owner) -> this.nodes.get(owner.id()))
			.orElseThrow(() -> new RedisServerException("No node of the cluster owns slot " + slot));
	}

	/**
	 * Return the replicas of a primary that work.
	 * @param primary a node of this cluster
	 * @return its replicas, in the order in which they were started
	 */
	public List<RedisServer> replicasOf(RedisServer primary) {
		String id = idOf(primary);
		return working().stream().filter((node) -> NodeTable.of(node).myself().primaryId().equals(id)).toList();
	}

	/**
	 * Return a replica of a primary.
	 * @param primary a node of this cluster
	 * @return the first of its replicas that works
	 * @throws RedisServerException if it has none
	 */
	public RedisServer replicaOf(RedisServer primary) {
		return replicasOf(primary).stream()
			.findFirst()
			.orElseThrow(() -> new RedisServerException(primary + " has no replica that works"));
	}

	/**
	 * Let a replica take over from its primary, and wait until all nodes that work know.
	 * A working primary hands over without losing a write and becomes the replica; one
	 * that is down or frozen is not asked.
	 * <p>
	 * Redis 7.0 remembers the votes of an election for four node timeouts. If you fail
	 * over there and back within that time and then freeze or kill the primary, its
	 * replica takes these votes for new ones: it promotes itself with an old epoch, the
	 * other nodes ignore it, and the slots stay without an owner.
	 * @param primary the node to take over from
	 * @return the new primary
	 * @throws RedisServerException if it has no replica that works or the cluster does
	 * not agree within 60 seconds
	 */
	public RedisServer failover(RedisServer primary) {
		RedisServer replica = replicaOf(primary);
		boolean force = !isWorking(primary);
		Await.until(() -> replica + " took over from " + primary, () -> {
			replica.commands().clusterFailover(force);
			return Await.within(FAILOVER_TIMEOUT, () -> NodeTable.of(replica).myself().isPrimary());
		});
		awaitHealthy();
		return replica;
	}

	/**
	 * Move a slot with the keys in it to another primary, and wait until all nodes that
	 * work know. Has no effect if the target owns it already.
	 * @param slot the slot, from 0 to 16383
	 * @param target the new owner, a primary
	 * @throws IllegalArgumentException if the target is not a node of this cluster, or a
	 * replica
	 * @throws RedisServerException if the cluster does not agree within 60 seconds
	 */
	public void migrateSlot(int slot, RedisServer target) {
		String id = idOf(target);
		if (!NodeTable.of(target).myself().isPrimary()) {
			throw new IllegalArgumentException(target + " is a replica: only a primary can own slots");
		}
		RedisServer source = ownerOf(slot);
		if (source != target) {
			new SlotMigration(slot, source, idOf(source), target, id, this.password).run(primaries());
			Await.until(() -> "slot " + slot + " on " + target, () -> working().stream()
				.allMatch(
						(node) -> NodeTable.of(node).owner(slot).filter((owner) -> owner.id().equals(id)).isPresent()));
			awaitHealthy();
		}
	}

	/**
	 * Return the id of a node in the cluster.
	 * @param node a node of this cluster
	 * @return its id, 40 hexadecimal digits
	 * @throws IllegalArgumentException if it is not a node of this cluster
	 */
	public String idOf(RedisServer node) {
		return this.nodes.entrySet()
			.stream()
			.filter((entry) -> entry.getValue() == node)
			.map(Map.Entry::getKey)
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException(node + " is not a node of this cluster"));
	}

	/**
	 * Return commands on a cluster connection that is opened at the first call, follows
	 * the topology and is closed with the cluster.
	 * @return the commands, thread-safe
	 */
	public synchronized RedisAdvancedClusterCommands<String, String> commands() {
		if (this.connection == null) {
			this.client = this.admin.clusterClient(nodes().stream().map(RedisServer::uri).toList());
			this.client.setOptions(ClusterClientOptions.builder()
				.topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
					.adaptiveRefreshTriggersTimeout(Duration.ofMillis(100))
					.enablePeriodicRefresh(Duration.ofSeconds(1))
					.build())
				.build());
			this.connection = this.client.connect();
		}
		return this.connection.sync();
	}

	@Override
	public void flushAll() {
		primaries().forEach(RedisServer::flushAll);
	}

	@Override
	public void awaitHealthy() {
		Await.until(this.health::describe, this.health::isGood);
	}

	private List<RedisServer> working() {
		return this.nodes.values().stream().filter(RedisCluster::isWorking).toList();
	}

	private static boolean isWorking(RedisServer node) {
		return node.isRunning() && !node.isFrozen();
	}

	@Override
	public void heal() {
		this.nodes.values().forEach(RedisServer::heal);
		awaitHealthy();
	}

	@Override
	public Map<String, String> springProperties() {
		Map<String, String> properties = new LinkedHashMap<>();
		properties.put("spring.data.redis.cluster.nodes",
				nodes().stream().map((node) -> node.host() + ":" + node.port()).collect(Collectors.joining(",")));
		properties.put(SpringUrl.PROPERTY, SpringUrl.of(nodes().get(0)));
		if (this.password != null) {
			properties.put("spring.data.redis.password", this.password);
		}
		return properties;
	}

	@Override
	public synchronized void close() {
		if (this.connection != null) {
			this.connection.close();
			this.connection = null;
		}
		if (this.client != null) {
			this.client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
			this.client = null;
		}
		this.nodes.values().forEach(RedisServer::close);
		this.admin.close();
	}

	@Override
	public String toString() {
		return "cluster of " + this.nodes.values();
	}

	/**
	 * Settings of a cluster.
	 *
	 * @since 0.1.0
	 */
	public static final class Builder extends RedisBuilder<Builder> {

		private int primaries = 3;

		private int replicasPerPrimary = 1;

		private Duration nodeTimeout = Duration.ofSeconds(2);

		private Builder() {
		}

		/**
		 * How many primaries share the slots. Default: 3. With fewer than three the
		 * cluster cannot elect a replacement for a primary that was killed.
		 * @param primaries number of primaries, at least 1
		 * @return this builder
		 */
		public Builder primaries(int primaries) {
			this.primaries = primaries;
			return this;
		}

		/**
		 * How many replicas each primary has. Default: 1.
		 * @param replicasPerPrimary number of replicas, 0 for none
		 * @return this builder
		 */
		public Builder replicasPerPrimary(int replicasPerPrimary) {
			this.replicasPerPrimary = replicasPerPrimary;
			return this;
		}

		/**
		 * After which time without an answer a node counts as failing
		 * ({@code cluster-node-timeout}). Default: 2 seconds. A killed primary is
		 * replaced after about twice this time.
		 * @param nodeTimeout the time, in whole milliseconds
		 * @return this builder
		 */
		public Builder nodeTimeout(Duration nodeTimeout) {
			this.nodeTimeout = nodeTimeout;
			return this;
		}

		/**
		 * Start a cluster with these settings and wait until it is healthy.
		 * @return the cluster, ready to use
		 * @throws RedisServerException if it does not start, or it is not clear which
		 * Redis to run
		 */
		public RedisCluster start() {
			AdminClient admin = new AdminClient();
			List<RedisServer> started = new ArrayList<>();
			try {
				NodeStarter starter = starter(admin, "cluster-enabled yes", "cluster-config-file nodes.conf",
						"cluster-node-timeout " + this.nodeTimeout.toMillis(),
						"cluster-announce-ip " + NodeStarter.HOST, "cluster-allow-replica-migration no");
				for (int node = 0; node < this.primaries * (1 + this.replicasPerPrimary); node++) {
					started.add(starter.start(0));
				}
				ClusterFormation.form(started, this.primaries);
				RedisCluster cluster = new RedisCluster(admin, started, password());
				cluster.awaitHealthy();
				return cluster;
			}
			catch (RuntimeException ex) {
				started.forEach(RedisServer::close);
				admin.close();
				throw ex;
			}
		}

	}

}
