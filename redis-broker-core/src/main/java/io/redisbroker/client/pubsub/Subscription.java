package io.redisbroker.client.pubsub;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import io.redisbroker.failure.RedisErrorException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics of one listener, until it is closed. Thread-safe.
 */
public final class Subscription {

	private static final Logger logger = LoggerFactory.getLogger(Subscription.class);

	private final Set<Topic> topics;

	private final SubscriptionListener listener;

	private final Consumer<Subscription> end;

	private final CompletableFuture<Void> ready = new CompletableFuture<>();

	private final CompletableFuture<Void> closed = new CompletableFuture<>();

	private final Map<Topic, Absence> absent = new ConcurrentHashMap<>();

	Subscription(Set<Topic> topics, SubscriptionListener listener, Duration missed, Consumer<Subscription> end) {
		this.topics = Set.copyOf(topics);
		this.listener = listener;
		this.end = end;
		Absence first = new Absence(System.nanoTime() - missed.toNanos(), missed.isZero() ? "" : "missed");
		this.topics.forEach((topic) -> this.absent.put(topic, first));
	}

	/**
	 * Tells when all topics are subscribed.
	 * @return completes when messages published from now on arrive; exceptionally when
	 * the first attempt failed, although attempts go on
	 */
	public CompletableFuture<Void> ready() {
		return this.ready;
	}

	/**
	 * Returns the topics that are not subscribed at the moment.
	 * @return channels and patterns
	 */
	public Set<String> missing() {
		Set<String> names = new TreeSet<>();
		this.absent.keySet().forEach((topic) -> names.add(topic.name()));
		return names;
	}

	/**
	 * Ends the subscription.
	 * @return completes when no further call of the listener begins
	 */
	public CompletableFuture<Void> close() {
		this.end.accept(this);
		return this.closed;
	}

	Set<Topic> topics() {
		return this.topics;
	}

	void deliver(Topic topic, String channel, byte[] payload) {
		try {
			this.listener.message(topic, channel, payload);
		}
		catch (Throwable ex) {
			logger.error("A listener failed to take a message on {}, which is dropped", topic, ex);
		}
	}

	void arrived(Topic topic) {
		Absence absence = this.absent.remove(topic);
		if (absence != null && !absence.told().isEmpty()) {
			tell(topic, () -> this.listener.healed(topic, Duration.ofNanos(System.nanoTime() - absence.since())));
		}
		if (this.absent.isEmpty()) {
			this.ready.complete(null);
		}
	}

	void missing(Topic topic, long since, Throwable cause) {
		String kind = (cause instanceof RedisErrorException error) ? error.code() : "unreachable";
		Absence before = this.absent.get(topic);
		this.absent.put(topic, new Absence((before != null) ? before.since() : since, kind));
		if (before == null || !before.told().equals(kind)) {
			tell(topic, () -> this.listener.unavailable(topic, cause));
		}
		this.ready.completeExceptionally(cause);
	}

	/**
	 * An exception of this listener must not affect other listeners or the connection.
	 */
	private static void tell(Topic topic, Runnable report) {
		try {
			report.run();
		}
		catch (Throwable ex) {
			logger.error("A listener failed on the report that the state of {} has changed", topic, ex);
		}
	}

	/** Messages that arrived before stop for a while. */
	void interrupted(Topic topic, long since, Throwable cause) {
		if (!this.absent.containsKey(topic)) {
			missing(topic, since, cause);
		}
	}

	void closed() {
		this.ready.complete(null);
		this.closed.complete(null);
	}

	private record Absence(long since, String told) {
	}

}
