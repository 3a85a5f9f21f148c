package io.redisbroker.client.pubsub;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.redisbroker.client.RedisConnections;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that carry subscriptions, one per node, and the pauses before a failed
 * node is tried again. Used by one thread, except {@link #close}.
 */
public final class PubSubLinks {

	private static final Logger logger = LoggerFactory.getLogger(PubSubLinks.class);

	/** By then a server that hangs may have been replaced. */
	private static final Duration MOST_PATIENCE = Duration.ofMillis(2500);

	private final Map<String, PubSubLink> links = new HashMap<>();

	private final Map<String, Trouble> troubles = new HashMap<>();

	private final Set<CompletableFuture<Void>> closing = ConcurrentHashMap.newKeySet();

	private final Placement placement;

	private final PubSubLink.Observer observer;

	private final Duration patience;

	PubSubLinks(Placement placement, PubSubLink.Observer observer, Duration patience) {
		this.placement = placement;
		this.observer = observer;
		this.patience = patience;
	}

	List<PubSubLink> all() {
		return List.copyOf(this.links.values());
	}

	/** The connection to a node, if there is one. */
	@Nullable PubSubLink existing(@Nullable String node) {
		return this.links.get(node);
	}

	/**
	 * The connection to a node, which is made if there is none; {@code null} during the
	 * pause after a failure.
	 */
	@Nullable PubSubLink to(String node, long now) {
		PubSubLink link = this.links.get(node);
		Trouble trouble = this.troubles.get(node);
		if (link == null && (trouble == null || now - trouble.notBefore() >= 0)) {
			link = new PubSubLink(node, this.observer);
			this.links.put(node, link);
			link.open(this.placement.connect(node), patience(trouble));
		}
		return link;
	}

	/** Connecting may take longer than a reply, so each attempt gets more time. */
	private Duration patience(@Nullable Trouble trouble) {
		int doublings = (trouble != null) ? Math.min(trouble.attempt() - 1, 10) : 0;
		Duration growing = this.patience.multipliedBy(1L << doublings);
		Duration most = (this.patience.compareTo(MOST_PATIENCE) > 0) ? this.patience : MOST_PATIENCE;
		return (growing.compareTo(most) < 0) ? growing : most;
	}

	/**
	 * Gives a connection up.
	 * @return whether it was not given up before
	 */
	boolean drop(PubSubLink link) {
		if (!this.links.remove(link.node(), link)) {
			return false;
		}
		close(link);
		int attempt = this.troubles.getOrDefault(link.node(), Trouble.NONE).attempt() + 1;
		// a broken connection is made again at once; one that can't be made, later
		long pause = (attempt == 1) ? 0 : RedisConnections.BETWEEN_ATTEMPTS.delay(attempt - 1L).toNanos();
		this.troubles.put(link.node(), new Trouble(attempt, System.nanoTime() + pause));
		return true;
	}

	/** A node serves subscriptions. */
	void works(String node) {
		this.troubles.remove(node);
	}

	/** Closes connections without topics. */
	void keepOnly(Set<PubSubLink> used) {
		for (PubSubLink link : all()) {
			if (!used.contains(link)) {
				this.links.remove(link.node());
				close(link);
			}
		}
	}

	private void close(PubSubLink link) {
		CompletableFuture<Void> end = link.close();
		this.closing.add(end);
		end.whenComplete((nothing, failure) -> this.closing.remove(end));
	}

	/**
	 * Waits for connections that are being closed, of which their client would warn. The
	 * others close with it.
	 */
	void close() throws InterruptedException {
		try {
			CompletableFuture.allOf(this.closing.toArray(CompletableFuture[]::new)).get(1, TimeUnit.SECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.debug("A connection could not be closed", ex);
		}
	}

	/** The failures of a node, and the time of the next attempt. */
	private record Trouble(int attempt, long notBefore) {

		private static final Trouble NONE = new Trouble(0, 0);

	}

}
