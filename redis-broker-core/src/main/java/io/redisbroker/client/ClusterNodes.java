package io.redisbroker.client;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import io.lettuce.core.api.StatefulConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections to the nodes of a cluster, and the watch over them. A node that is late
 * with a reply is a reason to ask the others for the owners of its slots; a second after
 * another node owns them, its connection is closed, before the commands in flight time
 * out. Thread-safe.
 */
final class ClusterNodes {

	private static final Logger logger = LoggerFactory.getLogger(ClusterNodes.class);

	private static final Duration PERIOD = Duration.ofMillis(250);

	/**
	 * A manual failover refuses no PUBLISH, since replicas accept it: an application that
	 * only publishes notices it by asking.
	 */
	private static final long ROUTINE = TimeUnit.SECONDS.toNanos(5);

	private final Map<String, NodeConnection> connections = new ConcurrentHashMap<>();

	private final ClusterKnowledge knowledge;

	private final Function<String, CompletionStage<? extends StatefulConnection<byte[], byte[]>>> connector;

	private final OwnerReads reads;

	private final Gate<ClusterKnowledge> known;

	private final Duration replyTimeout;

	private final ScheduledExecutorService timer;

	private final Executor executor;

	private boolean watching;

	private long askedAt = System.nanoTime();

	/**
	 * Creates the connections; none is made yet.
	 * @param knowledge the owners of slots
	 * @param connector connects to a node
	 * @param reads the connections on which consumers wait
	 * @param known opens with the first answer of a node
	 * @param replyTimeout how long a reply may take
	 * @param timer where to watch
	 * @param executor where to tell of failures
	 */
	ClusterNodes(ClusterKnowledge knowledge,
			Function<String, CompletionStage<? extends StatefulConnection<byte[], byte[]>>> connector, OwnerReads reads,
			Gate<ClusterKnowledge> known, Duration replyTimeout, ScheduledExecutorService timer, Executor executor) {
		this.knowledge = knowledge;
		this.connector = connector;
		this.reads = reads;
		this.known = known;
		this.replyTimeout = replyTimeout;
		this.timer = timer;
		this.executor = executor;
		knowledge.listen(this::lookSoon);
	}

	NodeConnection to(String node) {
		NodeConnection connection = this.connections.get(node);
		return (connection != null) ? connection : this.connections.computeIfAbsent(node, this::create);
	}

	private NodeConnection create(String node) {
		return new NodeConnection(node, () -> this.connector.apply(node).whenComplete((connection, failure) -> {
			if (failure == null) {
				this.knowledge.reachable(node);
			}
		}), this.replyTimeout, () -> this.knowledge.unreachable(node), this.executor);
	}

	/** Starts the watch, which lasts until the timer ends. */
	synchronized void watch() {
		if (!this.watching) {
			this.watching = true;
			long period = PERIOD.toMillis();
			this.timer.scheduleWithFixedDelay(() -> lookSafely(true), period, period, TimeUnit.MILLISECONDS);
		}
	}

	private void lookSoon() {
		if (!this.knowledge.view().isEmpty()) {
			this.known.open(this.knowledge);
		}
		try {
			this.timer.execute(() -> lookSafely(false));
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The connections are closed");
		}
	}

	private void lookSafely(boolean suspecting) {
		try {
			look(System.nanoTime(), suspecting);
		}
		catch (RuntimeException ex) {
			logger.error("The watch over the nodes of the cluster failed once, and goes on", ex);
		}
	}

	/**
	 * Asks again because of a node that is late only in the period, not after each
	 * answer.
	 */
	private void look(long now, boolean suspecting) {
		this.known.expire(now, () -> LettuceConnection.unsent("No node of the cluster reports the owners of its slots",
				this.knowledge.failure()));
		this.reads.nodes().forEach((node) -> to(node).touch());
		boolean inUse = false;
		Set<String> late = new HashSet<>();
		for (NodeConnection each : this.connections.values()) {
			inUse |= each.look(now);
			boolean owner = this.knowledge.view().isOwner(each.node());
			each.owns(owner, now);
			if (each.isLate(now)) {
				late.add(each.node());
				if (owner && suspecting) {
					this.knowledge.suspect(each.node());
				}
				if (each.isReplaced(now)) {
					logger.debug("{} is late with a reply and owns no slots any more: its connection is closed",
							each.node());
					each.leave();
				}
			}
			else if (!owner && each.isIdle(now) && this.connections.remove(each.node(), each)) {
				each.leave();
			}
		}
		this.reads.look(now, late);
		if (inUse && now - this.askedAt > ROUTINE) {
			this.askedAt = now;
			this.knowledge.askRoutinely(open());
		}
	}

	private Map<String, StatefulConnection<byte[], byte[]>> open() {
		Map<String, StatefulConnection<byte[], byte[]>> open = new HashMap<>();
		this.connections.forEach((node, connection) -> {
			StatefulConnection<byte[], byte[]> established = connection.open();
			if (established != null) {
				open.put(node, established);
			}
		});
		return open;
	}

	/** Fails waiting commands. */
	void close() {
		this.connections.values().forEach(NodeConnection::failWaiting);
	}

}
