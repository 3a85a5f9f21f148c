package io.redisbroker.client;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.models.partitions.ClusterPartitionParser;
import io.lettuce.core.cluster.models.partitions.Partitions;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import org.jspecify.annotations.Nullable;

/**
 * The owners of slots, according to all nodes asked so far. Where they disagree, the
 * claim with the highest epoch counts, as it will for the cluster itself: a node that was
 * cut off, or hung, does not know better than the others. A claim is given up for one of
 * a lower epoch only when the owner itself no longer makes it, or has left the cluster.
 * Immutable.
 */
public final class ClusterView {

	static final ClusterView EMPTY = new ClusterView(List.of());

	private final @Nullable Claim[] owners = new Claim[SlotHash.SLOT_COUNT];

	private final Set<String> nodes = new LinkedHashSet<>();

	private final Set<String> primaries = new LinkedHashSet<>();

	private final Set<String> failing = new LinkedHashSet<>();

	ClusterView(Collection<Answer> all) {
		read(withoutThoseLeftAlone(all), null);
	}

	private ClusterView(ClusterView before, Map<Answer, Partitions> answers) {
		read(answers, before);
	}

	/**
	 * Adds newer answers of nodes.
	 * @param all the answers
	 * @return the view with them, or this one when there are none
	 */
	ClusterView with(Collection<Answer> all) {
		Map<Answer, Partitions> answers = withoutThoseLeftAlone(all);
		return answers.isEmpty() ? this : new ClusterView(this, answers);
	}

	private void read(Map<Answer, Partitions> answers, @Nullable ClusterView before) {
		Map<String, Integer> doubts = new LinkedHashMap<>();
		Map<String, Long> askedAt = new HashMap<>();
		Map<String, String> names = names(answers);
		answers.forEach((answer, known) -> known.forEach((node) -> {
			String name = names.get(node.getNodeId());
			if (node.is(RedisClusterNode.NodeFlag.MYSELF) && name != null) {
				askedAt.put(name, answer.askedAt());
			}
		}));
		long now = System.nanoTime();
		answers.forEach((answer, known) -> known.forEach((node) -> {
			String name = names.get(node.getNodeId());
			if (name == null || node.is(RedisClusterNode.NodeFlag.NOADDR)
					|| node.is(RedisClusterNode.NodeFlag.HANDSHAKE)) {
				return;
			}
			this.nodes.add(name);
			if (node.is(RedisClusterNode.NodeFlag.FAIL)) {
				doubts.merge(name, 1, Integer::sum);
			}
			Claim claim = new Claim(name, node.getConfigEpoch(), now);
			node.forEachSlot((slot) -> {
				Claim best = this.owners[slot];
				if (best == null || claim.epoch() > best.epoch()) {
					this.owners[slot] = claim;
				}
			});
		}));
		if (before != null) {
			keepHigherClaims(before, askedAt);
		}
		for (Claim owner : this.owners) {
			if (owner != null) {
				this.primaries.add(owner.node());
			}
		}
		doubts.forEach((name, voices) -> {
			if (voices * 2 > answers.size()) {
				this.failing.add(name);
			}
		});
	}

	private void keepHigherClaims(ClusterView before, Map<String, Long> askedAt) {
		for (int slot = 0; slot < this.owners.length; slot++) {
			Claim kept = before.owners[slot];
			Claim best = this.owners[slot];
			if (kept == null || !this.nodes.contains(kept.node())) {
				continue;
			}
			Long asked = askedAt.get(kept.node());
			boolean spokeForItself = asked != null && asked - kept.since() > 0;
			if (!spokeForItself && (best == null || kept.epoch() > best.epoch())
					|| (best != null && kept.isSameAs(best))) {
				this.owners[slot] = kept;
			}
		}
	}

	/** A node may know its own address wrongly, or not at all: the others tell first. */
	private static Map<String, String> names(Map<Answer, Partitions> answers) {
		Map<String, String> names = new HashMap<>();
		for (boolean ofItself : new boolean[] { false, true }) {
			answers.values().forEach((known) -> known.forEach((node) -> {
				if (hasAddress(node) && node.is(RedisClusterNode.NodeFlag.MYSELF) == ofItself) {
					names.putIfAbsent(node.getNodeId(), name(node.getUri()));
				}
			}));
		}
		answers.forEach((answer, known) -> known.forEach((node) -> {
			if (node.is(RedisClusterNode.NodeFlag.MYSELF)) {
				names.putIfAbsent(node.getNodeId(), answer.node());
			}
		}));
		return names;
	}

	private static boolean hasAddress(RedisClusterNode node) {
		RedisURI uri = node.getUri();
		return uri != null && uri.getHost() != null && !uri.getHost().isEmpty();
	}

	/** A node that knows no other node was removed from the cluster of the others. */
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

	public boolean isEmpty() {
		return this.nodes.isEmpty();
	}

	@Nullable String ownerOf(int slot) {
		Claim owner = this.owners[slot];
		return (owner != null) ? owner.node() : null;
	}

	/** Whether the node owns any slot. */
	boolean isOwner(String node) {
		return this.primaries.contains(node);
	}

	/** Whether the cluster has not given the node up. */
	boolean isMember(String node) {
		return this.nodes.contains(node) && !this.failing.contains(node);
	}

	public Set<String> nodes() {
		return this.nodes;
	}

	/** The nodes that own slots. */
	public Set<String> primaries() {
		return this.primaries;
	}

	/**
	 * The answer of a node.
	 *
	 * @param node the node
	 * @param clusterNodes its {@code CLUSTER NODES}
	 * @param askedAt when it was asked, as {@code nanoTime}
	 */
	record Answer(String node, String clusterNodes, long askedAt) {
	}

	/**
	 * A node's ownership of a slot.
	 *
	 * @param node the node
	 * @param epoch its configuration epoch
	 * @param since when it was learned first, as {@code nanoTime}
	 */
	private record Claim(String node, long epoch, long since) {

		boolean isSameAs(Claim other) {
			return this.epoch == other.epoch && this.node.equals(other.node);
		}

	}

}
