package io.redisbroker.client.pubsub;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.redisbroker.client.ClusterKnowledge;
import io.redisbroker.client.ClusterView;
import org.jspecify.annotations.Nullable;

/**
 * The placement in a cluster: a sharded channel belongs to the node that owns its slot;
 * all channels and patterns belong to one node, any one, until it fails.
 */
public final class ClusterPlacement implements Placement {

	private final ClusterKnowledge knowledge;

	private final Function<String, CompletionStage<StatefulRedisPubSubConnection<String, byte[]>>> connector;

	private final Executor executor;

	private @Nullable String classic;

	public ClusterPlacement(ClusterKnowledge knowledge,
			Function<String, CompletionStage<StatefulRedisPubSubConnection<String, byte[]>>> connector,
			Executor executor, Runnable changed) {
		this.knowledge = knowledge;
		this.connector = connector;
		this.executor = executor;
		knowledge.listen(changed);
	}

	@Override
	public @Nullable String nodeFor(Topic topic) {
		if (this.knowledge.view().isEmpty()) {
			this.knowledge.ask();
			return null;
		}
		return (topic.kind() == Topic.Kind.SHARD) ? this.knowledge.certainOwnerOf(SlotHash.getSlot(topic.name()))
				: classic();
	}

	private String classic() {
		String node = this.classic;
		if (node == null || !this.knowledge.isGood(node)) {
			node = choose();
			this.classic = node;
		}
		return node;
	}

	private String choose() {
		ClusterView view = this.knowledge.view();
		for (Collection<String> some : List.of(view.primaries(), view.nodes())) {
			List<String> good = new ArrayList<>(some);
			good.removeIf((each) -> !this.knowledge.isGood(each));
			if (!good.isEmpty()) {
				Collections.shuffle(good);
				return good.get(0);
			}
		}
		// always the same one until it fails again: with a new one each time none would
		// be reached
		return Collections.min(view.nodes(), Comparator.comparing(this.knowledge::unreachableSince));
	}

	@Override
	public CompletableFuture<StatefulRedisPubSubConnection<String, byte[]>> connect(String node) {
		return CompletableFuture.supplyAsync(() -> this.connector.apply(node), this.executor)
			.thenCompose((connecting) -> connecting)
			.whenComplete((connection, failure) -> {
				if (failure == null) {
					this.knowledge.reachable(node);
				}
			});
	}

	@Override
	public void disown(Topic topic, String node) {
		if (topic.kind() == Topic.Kind.SHARD) {
			this.knowledge.doubt(SlotHash.getSlot(topic.name()), node);
		}
	}

	@Override
	public void suspect(String node) {
		this.knowledge.suspect(node);
	}

	@Override
	public void unreachable(String node) {
		this.knowledge.unreachable(node);
	}

	@Override
	public boolean hasOtherNodes() {
		return true;
	}

	/** Sharded messages are published at the node itself, others at any node. */
	@Override
	public boolean mayMissInSilence(Topic topic) {
		return topic.kind() != Topic.Kind.SHARD;
	}

	@Override
	public @Nullable Throwable failure() {
		return this.knowledge.failure();
	}

}
