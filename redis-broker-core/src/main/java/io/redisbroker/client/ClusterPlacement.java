package io.redisbroker.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.redisbroker.client.ClusterView.Answer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.RedisConnectionFailureException;

/**
 * In a cluster a sharded channel belongs to the node that owns its slot, and all else to
 * one node, any one, until that fails. Who owns what is asked of several nodes at a time,
 * and only after something happened that makes it doubtful: the driver's own view is
 * older, and may be that of a node which was cut off.
 */
final class ClusterPlacement implements Placement {

	private static final Logger logger = LoggerFactory.getLogger(ClusterPlacement.class);

	/** What happens together, as the loss of many slots, is one reason to ask. */
	private static final Duration BEFORE_A_ROUND = Duration.ofMillis(10);

	/** How many nodes are asked, beside the one that may know best. */
	private static final int ASKED = 4;

	/** After this long those nodes count that have answered. */
	private static final Duration HEARING = Duration.ofMillis(300);

	private static final Duration LONGEST_HEARING = Duration.ofSeconds(1);

	private static final Duration BETWEEN_ROUNDS = Duration.ofMillis(100);

	private static final Duration SECOND_LOOK = Duration.ofSeconds(1);

	/** How long a node is avoided where another one would do. */
	private static final long AVOIDED = TimeUnit.SECONDS.toNanos(2);

	private final RedisClusterClient cluster;

	private final RedisClient nodes;

	private final Informants informants;

	private final Executor executor;

	private final Runnable changed;

	private final Map<String, Long> unreachable = new ConcurrentHashMap<>();

	/** Slots that somebody has lost, with the round of questions then under way. */
	private final Map<Integer, Integer> doubtful = new ConcurrentHashMap<>();

	private volatile ClusterView view = ClusterView.EMPTY;

	private volatile @Nullable Throwable failure;

	private volatile @Nullable String hint;

	private @Nullable String classic;

	private long verifiedAt = System.nanoTime();

	private boolean asking;

	private boolean again;

	private volatile int round;

	ClusterPlacement(RedisClusterClient cluster, RedisClient nodes, Executor executor, Runnable changed) {
		this.cluster = cluster;
		this.nodes = nodes;
		this.informants = new Informants((node) -> nodes.connectAsync(ByteArrayCodec.INSTANCE, uri(node)));
		this.executor = executor;
		this.changed = changed;
	}

	@Override
	public @Nullable String nodeFor(Topic topic) {
		if (this.view.isEmpty()) {
			ask();
			return null;
		}
		return (topic.kind() == Topic.Kind.SHARD) ? ownerOf(topic) : classic();
	}

	private @Nullable String ownerOf(Topic topic) {
		int slot = SlotHash.getSlot(topic.name());
		if (this.doubtful.containsKey(slot)) {
			return null;
		}
		String owner = this.view.ownerOf(slot);
		if (owner == null) {
			this.failure = new RedisConnectionFailureException("No node of the cluster owns the slot of " + topic);
			ask();
		}
		return owner;
	}

	private String classic() {
		String node = this.classic;
		if (node == null || !isGood(node)) {
			node = choose();
			this.classic = node;
		}
		return node;
	}

	private String choose() {
		for (Collection<String> some : List.of(this.view.primaries(), this.view.nodes())) {
			List<String> good = new ArrayList<>(some);
			good.removeIf((each) -> !isGood(each));
			if (!good.isEmpty()) {
				Collections.shuffle(good);
				return good.get(0);
			}
		}
		// the same one until it fails again: another one each time would never be reached
		return Collections.min(this.view.nodes(),
				Comparator.comparing((node) -> this.unreachable.getOrDefault(node, Long.MIN_VALUE)));
	}

	private boolean isGood(String node) {
		return this.view.isMember(node) && !isAvoided(node);
	}

	private boolean isAvoided(String node) {
		Long since = this.unreachable.get(node);
		return since != null && System.nanoTime() - since < AVOIDED;
	}

	@Override
	public CompletableFuture<StatefulRedisPubSubConnection<String, byte[]>> connect(String node) {
		return CompletableFuture.supplyAsync(() -> uri(node), this.executor)
			.thenCompose((uri) -> this.nodes.connectPubSubAsync(LettuceConnection.CHANNELS, uri))
			.whenComplete((connection, failure) -> {
				if (failure == null) {
					this.unreachable.remove(node);
				}
			});
	}

	private RedisURI uri(String node) {
		int port = node.lastIndexOf(':');
		return LettuceClients.uriOf(this.cluster, node.substring(0, port), Integer.parseInt(node.substring(port + 1)));
	}

	@Override
	public void disown(Topic topic, String node) {
		if (topic.kind() == Topic.Kind.SHARD) {
			this.hint = node;
			this.doubtful.put(SlotHash.getSlot(topic.name()), this.round);
			ask();
		}
	}

	@Override
	public void suspect(String node) {
		ask();
	}

	@Override
	public void unreachable(String node) {
		this.unreachable.put(node, System.nanoTime());
		ask();
	}

	@Override
	public void verify(Topic topic, String node) {
		if (System.nanoTime() - this.verifiedAt > SECOND_LOOK.toNanos() * 2 && !agrees(topic, node)) {
			this.verifiedAt = System.nanoTime();
			ask();
		}
	}

	/** Whether what the driver learns now and then is no reason to ask. */
	private boolean agrees(Topic topic, String node) {
		if (topic.kind() == Topic.Kind.SHARD) {
			RedisClusterNode owner = this.cluster.getPartitions().getPartitionBySlot(SlotHash.getSlot(topic.name()));
			return owner != null && ClusterView.name(owner.getUri()).equals(node);
		}
		return this.cluster.getPartitions()
			.stream()
			.anyMatch(
					(each) -> ClusterView.name(each.getUri()).equals(node) && !each.is(RedisClusterNode.NodeFlag.FAIL));
	}

	@Override
	public @Nullable Throwable failure() {
		return this.failure;
	}

	private synchronized void ask() {
		if (this.asking) {
			this.again = true;
			return;
		}
		this.asking = true;
		later(BEFORE_A_ROUND, this::askSeveral);
	}

	private void later(Duration pause, Runnable step) {
		CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS, this.executor).execute(step);
	}

	private synchronized void beginRound() {
		this.again = false;
		this.round++;
	}

	private void askSeveral() {
		beginRound();
		hear().thenAccept(this::learn).whenComplete((nothing, problem) -> {
			if (problem != null) {
				this.failure = LettuceConnection.translate(problem);
				logger.debug("The cluster can't be asked who owns what", problem);
			}
			this.changed.run();
			nextRound();
			int last = this.round;
			later(Informants.KEPT, () -> {
				if (this.round == last) {
					this.informants.forgetAll();
				}
			});
		});
	}

	private void learn(List<Answer> answers) {
		if (answers.isEmpty()) {
			return;
		}
		this.view = new ClusterView(answers);
		this.failure = null;
		if (this.doubtful.values().removeIf((since) -> since < this.round)) {
			// who was asked may not have heard of it yet
			later(SECOND_LOOK, this::ask);
		}
	}

	private synchronized void nextRound() {
		// what is doubtful stays so until somebody has answered
		if (this.again || !this.doubtful.isEmpty()) {
			later(BETWEEN_ROUNDS, this::askSeveral);
		}
		else {
			this.asking = false;
		}
	}

	private CompletableFuture<List<Answer>> hear() {
		try {
			List<CompletableFuture<@Nullable Answer>> asked = candidates().stream().map(this::ask).toList();
			CompletableFuture<Void> all = CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new));
			return all.copy()
				.completeOnTimeout(null, HEARING.toMillis(), TimeUnit.MILLISECONDS)
				.thenCompose((nothing) -> given(asked).isEmpty() ? all : CompletableFuture.completedFuture(null))
				.thenApply((nothing) -> given(asked))
				.thenApply(this::lookFurtherWithout);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private static List<Answer> given(List<CompletableFuture<@Nullable Answer>> asked) {
		return asked.stream()
			.filter(CompletableFuture::isDone)
			.map((each) -> each.getNow(null))
			.filter(Objects::nonNull)
			.toList();
	}

	/**
	 * Nobody of those known is there: the driver starts anew from where it is told to.
	 */
	private List<Answer> lookFurtherWithout(List<Answer> answers) {
		if (answers.isEmpty()) {
			this.cluster.refreshPartitionsAsync();
			this.failure = new RedisConnectionFailureException("No node of the cluster says who owns what");
		}
		return answers;
	}

	private Set<String> candidates() {
		List<String> known = new ArrayList<>(this.view.nodes());
		this.cluster.getPartitions().forEach((node) -> {
			if (!known.contains(ClusterView.name(node.getUri()))) {
				known.add(ClusterView.name(node.getUri()));
			}
		});
		Collections.shuffle(known);
		known.sort((one, other) -> Boolean.compare(isAvoided(one), isAvoided(other)));
		Set<String> chosen = new LinkedHashSet<>(known.subList(0, Math.min(ASKED, known.size())));
		String knowsBest = this.hint;
		if (knowsBest != null) {
			chosen.add(knowsBest);
		}
		return chosen;
	}

	private CompletableFuture<@Nullable Answer> ask(String node) {
		return this.informants.to(node)
			.thenCompose((connection) -> LettuceConnection.send(connection,
					Command.of("CLUSTER", Reply.STRING).arg("NODES")))
			.<@Nullable Answer>thenApply((reply) -> new Answer(node, reply))
			.orTimeout(LONGEST_HEARING.toMillis(), TimeUnit.MILLISECONDS)
			.exceptionally((problem) -> {
				logger.debug("{} does not say who owns what", node, problem);
				this.informants.forget(node);
				return null;
			});
	}

}
