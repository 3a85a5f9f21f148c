package io.redisbroker.test;

import java.util.List;
import java.util.stream.IntStream;

import io.lettuce.core.cluster.SlotHash;

/**
 * Makes one cluster of servers that do not know each other yet. The order matters for
 * speed: epochs are set before the nodes meet, so that they need not resolve collisions.
 */
final class ClusterFormation {

	private ClusterFormation() {
	}

	/**
	 * Form the cluster. It is not necessarily ready when this returns.
	 * @param nodes the primaries, followed by their replicas in turn
	 * @param primaries how many primaries there are
	 */
	static void form(List<RedisServer> nodes, int primaries) {
		for (int index = 0; index < primaries; index++) {
			RedisServer primary = nodes.get(index);
			primary.commands().clusterAddSlots(slots(index, primaries));
			primary.commands().clusterSetConfigEpoch(index + 1L);
		}
		for (RedisServer node : nodes.subList(1, nodes.size())) {
			node.commands().clusterMeet(nodes.get(0).host(), nodes.get(0).port());
		}
		for (int index = primaries; index < nodes.size(); index++) {
			replicate(nodes.get(index), nodes.get(index % primaries));
		}
	}

	private static int[] slots(int index, int primaries) {
		int from = index * SlotHash.SLOT_COUNT / primaries;
		int to = (index + 1) * SlotHash.SLOT_COUNT / primaries;
		return IntStream.range(from, to).toArray();
	}

	private static void replicate(RedisServer replica, RedisServer primary) {
		replica.commands().clusterMeet(primary.host(), primary.port());
		String id = primary.commands().clusterMyId();
		Await.until(() -> replica + " knows its primary " + primary,
				() -> NodeTable.of(replica).members().containsKey(id));
		replica.commands().clusterReplicate(id);
	}

}
