package io.redisbroker.client.pubsub;

import java.time.Duration;

import io.redisbroker.client.PubSubClients;
import io.redisbroker.client.RedisConnections;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.util.Assert;

/**
 * Pub/sub on one Redis: subscriptions that heal, and the signals that use them.
 * Thread-safe. Closed before the connections.
 */
public final class PubSub implements AutoCloseable {

	/** The longest time until the subscriptions of a dead connection are made again. */
	public static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);

	private final Subscriptions subscriptions;

	private final WakeUps wakeUps;

	/**
	 * Creates pub/sub that replaces a dead connection within {@link #LONGEST_SILENCE}.
	 * @param connections the connections to Redis
	 */
	public PubSub(RedisConnections connections) {
		this(connections, LONGEST_SILENCE);
	}

	/**
	 * Creates pub/sub.
	 * @param connections the connections to Redis
	 * @param longestSilence the longest time until a subscription is made again whose
	 * connection looks open but is dead, at least a second
	 * @throws IllegalArgumentException when the time is too short
	 */
	public PubSub(RedisConnections connections, Duration longestSilence) {
		Assert.isTrue(longestSilence.toMillis() >= 1000, "The longest silence must be at least a second");
		CustomizableThreadFactory threads = new CustomizableThreadFactory("redis-broker-subscriptions-");
		threads.setDaemon(true);
		this.subscriptions = new Subscriptions((changed) -> placement(connections, changed), longestSilence,
				connections.replyTimeout(), threads);
		this.wakeUps = new WakeUps(this.subscriptions);
	}

	private static Placement placement(RedisConnections connections, Runnable changed) {
		PubSubClients clients = connections.pubSubClients();
		PubSubClients.Cluster cluster = clients.cluster();
		if (cluster != null) {
			return new ClusterPlacement(cluster.knowledge(), cluster.connector(), clients.executor(), changed);
		}
		SingleServerPlacement server = new SingleServerPlacement(clients.client(), clients.shardClient(),
				clients.executor(), changed);
		connections.onNewPrimary(server::moved);
		return server;
	}

	/**
	 * Returns the subscriptions.
	 * @return the subscriptions of all listeners on this Redis
	 */
	public Subscriptions subscriptions() {
		return this.subscriptions;
	}

	/**
	 * Returns the signals that make consumers look earlier than planned.
	 * @return the wake-ups
	 */
	public WakeUps wakeUps() {
		return this.wakeUps;
	}

	/**
	 * Ends all subscriptions.
	 */
	@Override
	public void close() {
		this.subscriptions.close();
	}

}
