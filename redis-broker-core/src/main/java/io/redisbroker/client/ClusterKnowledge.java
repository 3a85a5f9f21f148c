package io.redisbroker.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.lettuce.core.api.StatefulConnection;
import io.redisbroker.client.ClusterView.Answer;
import io.redisbroker.failure.RedisLoginException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.RedisConnectionFailureException;

/**
 * The owners of the slots of a cluster. Senders, blocking reads, scripts and
 * subscriptions share this knowledge. Several nodes are asked at a time, whenever
 * something makes the knowledge doubtful: a redirection, a broken connection, a node that
 * is late with a reply. Thread-safe.
 */
public final class ClusterKnowledge {

	private static final Logger logger = LoggerFactory.getLogger(ClusterKnowledge.class);

	/**
	 * Reasons to ask that come together, such as the move of many slots, cause one round.
	 */
	private static final Duration BEFORE_A_ROUND = Duration.ofMillis(10);

	/** The number of nodes asked besides the new owners. */
	private static final int ASKED = 4;

	/** The number of nodes asked when nothing is doubtful. */
	private static final int ASKED_ROUTINELY = 2;

	/** A round ends after this long, if any node has answered. */
	private static final Duration HEARING = Duration.ofMillis(300);

	private static final Duration LONGEST_HEARING = Duration.ofSeconds(1);

	private static final Duration BETWEEN_ROUNDS = Duration.ofMillis(100);

	private static final Duration SECOND_LOOK = Duration.ofSeconds(1);

	/** How long a node in trouble is avoided if another one can serve. */
	private static final long AVOIDED = TimeUnit.SECONDS.toNanos(2);

	private volatile int roundsInVain;

	private final List<String> seeds;

	private final TopologyConnections connections;

	private final Executor executor;

	private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

	private final Map<String, Long> unreachable = new ConcurrentHashMap<>();

	/** Nodes that are late with a reply and are asked last. */
	private final Map<String, Long> late = new ConcurrentHashMap<>();

	/** Slots that a node no longer serves, with the round of questions at that time. */
	private final Map<Integer, Integer> doubtful = new ConcurrentHashMap<>();

	/** Nodes that are probably the new owners. */
	private final Set<String> hints = ConcurrentHashMap.newKeySet();

	private volatile ClusterView view = ClusterView.EMPTY;

	private volatile @Nullable Throwable failure;

	/** Why a node did not answer. */
	private volatile @Nullable Throwable problem;

	private volatile CompletableFuture<Void> roundEnd = new CompletableFuture<>();

	private volatile int round;

	private volatile int roundOfDoubt;

	private boolean asking;

	private boolean again;

	private volatile boolean closed;

	/**
	 * Creates the knowledge. Nothing is asked yet.
	 * @param seeds the nodes to ask while no others are known
	 * @param connections connections to ask on
	 * @param executor where to ask
	 */
	public ClusterKnowledge(Collection<String> seeds, TopologyConnections connections, Executor executor) {
		this.seeds = List.copyOf(seeds);
		this.connections = connections;
		this.executor = executor;
	}

	/** Calls back, on any thread, after each round of questions. */
	public void listen(Runnable listener) {
		this.listeners.add(listener);
	}

	public ClusterView view() {
		return this.view;
	}

	/** The owner of a slot as far as is known, also while that is doubtful. */
	@Nullable String ownerOf(int slot) {
		String owner = this.view.ownerOf(slot);
		if (owner == null) {
			if (!this.view.isEmpty()) {
				this.failure = new RedisConnectionFailureException("No node of the cluster owns slot " + slot);
			}
			ask();
		}
		return owner;
	}

	/** The owner of a slot; {@code null} while it is not known or doubtful. */
	public @Nullable String certainOwnerOf(int slot) {
		return this.doubtful.containsKey(slot) ? null : ownerOf(slot);
	}

	/**
	 * Waits for the owner of a slot.
	 * @param slot the slot
	 * @param patience how long to wait
	 * @return the owner
	 * @throws RedisConnectionFailureException when it is still not known
	 */
	String awaitOwnerOf(int slot, Duration patience) {
		return await(() -> certainOwnerOf(slot), patience);
	}

	/**
	 * Waits until a node has answered.
	 * @param patience how long to wait
	 * @return the view of the cluster
	 * @throws RedisConnectionFailureException when no node has answered
	 */
	ClusterView awaitView(Duration patience) {
		return await(() -> this.view.isEmpty() ? null : this.view, patience);
	}

	/** Completes when a round of questions has ended. */
	CompletableFuture<Void> askOnce() {
		CompletableFuture<Void> end = this.roundEnd;
		ask();
		return this.closed ? CompletableFuture.completedFuture(null) : end;
	}

	private <T> T await(Supplier<@Nullable T> knowledge, Duration patience) {
		long deadline = System.nanoTime() + patience.toNanos();
		while (true) {
			CompletableFuture<Void> end = this.roundEnd;
			T known = knowledge.get();
			if (known != null) {
				return known;
			}
			ask();
			long left = deadline - System.nanoTime();
			if (left <= 0 || this.closed) {
				Throwable reason = this.failure;
				throw (reason != null)
						? new RedisConnectionFailureException(String.valueOf(reason.getMessage()), reason)
						: unknown(this.problem);
			}
			end.copy().completeOnTimeout(null, left, TimeUnit.NANOSECONDS).join();
		}
	}

	private static RedisConnectionFailureException unknown(@Nullable Throwable problem) {
		return (problem instanceof RedisLoginException login) ? login
				: new RedisConnectionFailureException("No node of the cluster reports the owners of its slots"
						+ ((problem != null) ? ": " + problem.getMessage() : ""), problem);
	}

	public boolean isGood(String node) {
		return this.view.isMember(node) && !isAvoided(node);
	}

	/**
	 * When the node was last unreachable, as {@code nanoTime}; a time long ago if never.
	 */
	public long unreachableSince(String node) {
		return this.unreachable.getOrDefault(node, Long.MIN_VALUE);
	}

	private boolean isAvoided(String node) {
		return isRecent(this.unreachable.get(node));
	}

	private static boolean isRecent(@Nullable Long since) {
		return since != null && System.nanoTime() - since < AVOIDED;
	}

	/** A node serves a slot no more; another one may know better. */
	public void doubt(int slot, @Nullable String hint) {
		if (hint != null) {
			this.hints.add(hint);
		}
		this.doubtful.put(slot, this.round);
		ask();
	}

	/** A node is late with a reply. */
	public void suspect(String node) {
		this.late.put(node, System.nanoTime());
		ask();
	}

	/** A connection to a node broke, or could not be made. */
	public void unreachable(String node) {
		this.unreachable.put(node, System.nanoTime());
		ask();
	}

	public void reachable(String node) {
		this.unreachable.remove(node);
	}

	/** The reason why no owners are known; {@code null} if there is none. */
	public @Nullable Throwable failure() {
		return this.failure;
	}

	void close() {
		this.closed = true;
		endRound();
	}

	public synchronized void ask() {
		if (this.asking) {
			this.again = true;
			return;
		}
		this.asking = true;
		later(BEFORE_A_ROUND, () -> askSeveral(Map.of()));
	}

	/**
	 * Asks without any doubt, since Redis does not report every change of owners.
	 * @param open open connections, which are used before others are made
	 */
	synchronized void askRoutinely(Map<String, StatefulConnection<byte[], byte[]>> open) {
		if (!this.asking) {
			this.asking = true;
			later(BEFORE_A_ROUND, () -> askSeveral(open));
		}
	}

	private void later(Duration pause, Runnable step) {
		if (!this.closed) {
			CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS, this.executor).execute(step);
		}
	}

	private synchronized void beginRound() {
		this.again = false;
		this.round++;
	}

	private void askSeveral(Map<String, StatefulConnection<byte[], byte[]>> open) {
		beginRound();
		hear(open).thenAccept(this::learn).whenComplete((nothing, problem) -> {
			if (problem != null) {
				this.failure = LettuceConnection.translate(problem);
				logger.debug("The nodes of the cluster can't be asked for the owners of its slots", problem);
			}
			endRound();
			nextRound();
			if (open.isEmpty()) {
				forgetInformantsLater();
			}
		});
	}

	private void forgetInformantsLater() {
		int last = this.round;
		this.roundOfDoubt = last;
		later(TopologyConnections.KEPT, () -> {
			if (this.roundOfDoubt == last) {
				this.connections.forgetAll();
			}
		});
	}

	private void learn(List<Answer> answers) {
		if (answers.isEmpty()) {
			this.roundsInVain++;
			this.failure = unknown(this.problem);
			return;
		}
		this.roundsInVain = 0;
		this.view = this.view.with(answers);
		this.failure = null;
		if (this.doubtful.values().removeIf((since) -> since < this.round)) {
			// the nodes that were asked may not have heard of the change yet
			later(SECOND_LOOK, this::ask);
		}
	}

	private void endRound() {
		CompletableFuture<Void> end = this.roundEnd;
		this.roundEnd = new CompletableFuture<>();
		end.complete(null);
		this.listeners.forEach(Runnable::run);
	}

	private synchronized void nextRound() {
		// doubtful slots stay so until a node has answered
		if (this.again || !this.doubtful.isEmpty()) {
			later(BETWEEN_ROUNDS.multipliedBy(factor()), () -> askSeveral(Map.of()));
		}
		else {
			this.asking = false;
		}
	}

	/**
	 * Does not flood an unreachable cluster with connections, and leaves a very busy
	 * machine the time to answer.
	 */
	private long factor() {
		return 1L << Math.min(this.roundsInVain, 3);
	}

	private CompletableFuture<List<Answer>> hear(Map<String, StatefulConnection<byte[], byte[]>> open) {
		try {
			List<CompletableFuture<@Nullable Answer>> asked = candidates(open.keySet()).stream()
				.map((node) -> ask(node, open.get(node)))
				.toList();
			return Answers.of(asked, HEARING);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/** Nodes that are not in trouble first, and otherwise any. */
	private Set<String> candidates(Set<String> preferred) {
		List<String> known = new ArrayList<>(this.view.nodes());
		if (known.isEmpty() || this.failure != null) {
			known.addAll(this.seeds);
		}
		Collections.shuffle(known);
		List<String> sound = known.stream()
			.filter((node) -> !isAvoided(node) && !isRecent(this.late.get(node)))
			.toList();
		Set<String> chosen = new LinkedHashSet<>(sound);
		chosen.addAll(known);
		int most = ASKED;
		if (!preferred.isEmpty()) {
			most = ASKED_ROUTINELY;
			Set<String> others = chosen;
			chosen = new LinkedHashSet<>(preferred);
			chosen.addAll(others);
		}
		Set<String> asked = chosen.stream().limit(most).collect(Collectors.toCollection(LinkedHashSet::new));
		for (String hint : List.copyOf(this.hints)) {
			asked.add(hint);
			this.hints.remove(hint);
		}
		return asked;
	}

	private CompletableFuture<@Nullable Answer> ask(String node,
			@Nullable StatefulConnection<byte[], byte[]> connection) {
		long now = System.nanoTime();
		return ((connection != null) ? CompletableFuture.completedFuture(connection) : this.connections.to(node))
			.thenCompose((open) -> LettuceConnection.send(open, Command.of("CLUSTER", Reply.STRING).arg("NODES")))
			.<@Nullable Answer>thenApply((reply) -> new Answer(node, reply, now))
			.orTimeout(LONGEST_HEARING.toMillis() * factor(), TimeUnit.MILLISECONDS)
			.exceptionally((problem) -> {
				logger.debug("{} does not report the owners of slots", node, problem);
				this.problem = LettuceConnection.translate(problem);
				this.connections.forget(node);
				return null;
			});
	}

}
