package io.redisbroker.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.models.partitions.ClusterPartitionParser;
import io.lettuce.core.cluster.models.partitions.Partitions;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import org.jspecify.annotations.Nullable;

/**
 * Who owns which slot, according to several nodes asked at the same time. Where they
 * disagree, the claim with the highest epoch counts, as it will for the cluster itself: a
 * node that was cut off, or hung, does not know better than the others. Immutable.
 */
final class ClusterView {

	static final ClusterView EMPTY = new ClusterView(List.of());

	private static final String NOBODY = "";

	private final List<Claim> claims = new ArrayList<>();

	private final Set<String> nodes = new LinkedHashSet<>();

	private final Set<String> primaries = new LinkedHashSet<>();

	private final Set<String> failing = new LinkedHashSet<>();

	private final Map<Integer, String> owners = new ConcurrentHashMap<>();

	ClusterView(Collection<Answer> all) {
		Map<Answer, Partitions> answers = withoutThoseLeftAlone(all);
		Map<String, Integer> doubts = new LinkedHashMap<>();
		answers.forEach((answer, known) -> {
			known.forEach((node) -> {
				if (node.is(RedisClusterNode.NodeFlag.NOADDR) || node.is(RedisClusterNode.NodeFlag.HANDSHAKE)) {
					return;
				}
				// a node may not know its own address
				String name = node.is(RedisClusterNode.NodeFlag.MYSELF) ? answer.node() : name(node.getUri());
				this.nodes.add(name);
				if (node.is(RedisClusterNode.NodeFlag.FAIL)) {
					doubts.merge(name, 1, Integer::sum);
				}
				if (!node.hasNoSlots()) {
					this.primaries.add(name);
					this.claims.add(new Claim(name, node.getConfigEpoch(), node));
				}
			});
		});
		doubts.forEach((name, voices) -> {
			if (voices * 2 > answers.size()) {
				this.failing.add(name);
			}
		});
	}

	/** A node that knows nobody was taken out of the cluster the others speak of. */
	private static Map<Answer, Partitions> withoutThoseLeftAlone(Collection<Answer> all) {
		Map<Answer, Partitions> answers = new LinkedHashMap<>();
		all.forEach((answer) -> answers.put(answer, ClusterPartitionParser.parse(answer.clusterNodes())));
		if (answers.values().stream().anyMatch((known) -> known.size() > 1)) {
			answers.values().removeIf((known) -> known.size() == 1);
		}
		return answers;
	}

	static String name(RedisURI uri) {
		return uri.getHost() + ":" + uri.getPort();
	}

	boolean isEmpty() {
		return this.nodes.isEmpty();
	}

	@Nullable String ownerOf(int slot) {
		String owner = this.owners.computeIfAbsent(slot, (it) -> {
			Claim best = null;
			for (Claim claim : this.claims) {
				if (claim.holder().hasSlot(slot) && (best == null || claim.epoch() > best.epoch())) {
					best = claim;
				}
			}
			return (best != null) ? best.node() : NOBODY;
		});
		return owner.equals(NOBODY) ? null : owner;
	}

	/** Whether the cluster has not given the node up. */
	boolean isMember(String node) {
		return this.nodes.contains(node) && !this.failing.contains(node);
	}

	Set<String> nodes() {
		return this.nodes;
	}

	Set<String> primaries() {
		return this.primaries;
	}

	/**
	 * What a node said.
	 *
	 * @param node the node
	 * @param clusterNodes its {@code CLUSTER NODES}
	 */
	record Answer(String node, String clusterNodes) {
	}

	private record Claim(String node, long epoch, RedisClusterNode holder) {
	}

}
