package io.redisbroker.test;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

import io.lettuce.core.RedisException;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether the working nodes of a cluster agree, and none that they need is missing.
 */
final class ClusterHealth {

	private final Map<String, RedisServer> nodes;

	/**
	 * Watch a cluster.
	 * @param nodes all its nodes by their ids
	 */
	ClusterHealth(Map<String, RedisServer> nodes) {
		this.nodes = nodes;
	}

	boolean isGood() {
		try {
			Map<String, NodeTable> views = new LinkedHashMap<>();
			working().forEach((id, node) -> views.put(id, NodeTable.of(node)));
			return views.values().stream().map(NodeTable::owners).distinct().count() == 1
					&& views.values().stream().map(NodeTable::epochs).distinct().count() == 1
					&& views.values().stream().allMatch((view) -> missesNobody(view, views))
					&& working().values().stream().allMatch(ClusterHealth::isReady);
		}
		catch (RedisException ex) {
			return false;
		}
	}

	// All nodes that work are known to work; all that own slots or have replicas do work
	private static boolean missesNobody(NodeTable view, Map<String, NodeTable> working) {
		NodeTable.Member myself = view.myself();
		return working.keySet().stream().allMatch(view::reaches) && working.keySet().containsAll(view.owners().keySet())
				&& (myself.isPrimary() || isPrimary(working.get(myself.primaryId())));
	}

	private static boolean isPrimary(@Nullable NodeTable view) {
		return view != null && view.myself().isPrimary();
	}

	private static boolean isReady(RedisServer node) {
		Map<String, String> cluster = AdminClient.fields(node.commands().clusterInfo());
		Map<String, String> replication = node.info("replication");
		return "ok".equals(cluster.get("cluster_state"))
				&& ("master".equals(replication.get("role")) || "up".equals(replication.get("master_link_status")));
	}

	private Map<String, RedisServer> working() {
		Map<String, RedisServer> working = new LinkedHashMap<>(this.nodes);
		working.values().removeIf((node) -> !node.isRunning() || node.isFrozen());
		return working;
	}

	String describe() {
		try {
			return working().values()
				.stream()
				.map((node) -> node + " sees:\n" + node.commands().clusterNodes())
				.collect(Collectors.joining("\n", "a healthy cluster; ", ""));
		}
		catch (RedisException ex) {
			return "a healthy cluster; a node does not answer: " + ex.getMessage();
		}
	}

}
