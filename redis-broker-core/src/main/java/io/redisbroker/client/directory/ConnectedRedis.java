package io.redisbroker.client.directory;

import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.pubsub.PubSub;
import org.jspecify.annotations.Nullable;

/**
 * One Redis as the broker uses it.
 *
 * @param name the bean of its connection factory; {@code null} for the broker's own Redis
 * @param connections its connections
 * @param pubSub its subscriptions and wake-ups
 */
public record ConnectedRedis(@Nullable String name, RedisConnections connections, PubSub pubSub) {

	/**
	 * Returns the connection for everything that does not wait in Redis.
	 * @return the shared connection
	 */
	public RedisConnection shared() {
		return this.connections.shared();
	}

	/** Names it, for log lines and failures. */
	@Override
	public String toString() {
		return (this.name == null) ? "Redis" : "Redis of '" + this.name + "'";
	}

	/** Ends subscriptions first, since they use the connections. */
	void close() {
		this.pubSub.close();
		this.connections.close();
	}

}
