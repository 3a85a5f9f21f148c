package io.redisbroker.client.directory;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.pubsub.PubSub;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every Redis of an application, by the name of its connection factory. Connections to
 * another Redis than the broker's own are made when it is first asked for, and closed
 * with the directory. The broker's own connections belong to the caller. Thread-safe.
 */
public final class RedisDirectory implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(RedisDirectory.class);

	private final ConnectedRedis own;

	private final ConnectionFactories factories;

	private final Function<RedisConnections, PubSub> pubSubs;

	/** By the name of the bean. */
	private final Map<String, ConnectedRedis> others = new LinkedHashMap<>();

	/** By a name that was asked for, which may be an alias. */
	private final Map<String, ConnectedRedis> known = new ConcurrentHashMap<>();

	private boolean closed;

	/**
	 * Creates the directory of an application with one Redis.
	 * @param connections its connections
	 * @param pubSub its subscriptions
	 */
	public RedisDirectory(RedisConnections connections, PubSub pubSub) {
		this(connections, pubSub, ConnectionFactories.NONE, PubSub::new);
	}

	/**
	 * Creates the directory.
	 * @param connections connections to the broker's own Redis
	 * @param pubSub subscriptions in the broker's own Redis
	 * @param factories the application's connection factories
	 * @param pubSubs creates the subscriptions of another Redis
	 */
	public RedisDirectory(RedisConnections connections, PubSub pubSub, ConnectionFactories factories,
			Function<RedisConnections, PubSub> pubSubs) {
		this.own = new ConnectedRedis(null, connections, pubSub);
		this.factories = factories;
		this.pubSubs = pubSubs;
	}

	/**
	 * Returns the broker's own Redis.
	 * @return the Redis of all listeners and senders that name none
	 */
	public ConnectedRedis own() {
		return this.own;
	}

	/**
	 * Finds a Redis. No connection is opened yet.
	 * @param connectionFactory the bean of its connection factory, or {@code null} for
	 * the broker's own
	 * @return the Redis, the same for all names of one connection factory
	 * @throws io.redisbroker.failure.BrokerConfigurationException when there is no such
	 * connection factory, or it does not use Lettuce
	 * @throws IllegalStateException when the application has ended
	 */
	public ConnectedRedis get(@Nullable String connectionFactory) {
		if (connectionFactory == null) {
			return this.own;
		}
		ConnectedRedis found = this.known.get(connectionFactory);
		// without a lock, since a bean may have to be created
		return (found != null) ? found : remember(connectionFactory, this.factories.find(connectionFactory));
	}

	private synchronized ConnectedRedis remember(String asked, ConnectionFactories.Named named) {
		if (this.closed) {
			throw new IllegalStateException(
					"The application ends: no connection to the Redis of '" + named.name() + "' is made");
		}
		ConnectedRedis found = this.own.connections().areFrom(named.factory()) ? this.own
				: this.others.computeIfAbsent(named.name(), (name) -> connect(named));
		this.known.put(asked, found);
		return found;
	}

	private ConnectedRedis connect(ConnectionFactories.Named named) {
		RedisConnections connections = RedisConnections.from(named.factory());
		logger.debug("Uses the Redis of the connection factory '{}'", named.name());
		return new ConnectedRedis(named.name(), connections, this.pubSubs.apply(connections));
	}

	/**
	 * Closes the connections to every Redis but the broker's own.
	 */
	@Override
	public synchronized void close() {
		this.closed = true;
		this.others.values().forEach(ConnectedRedis::close);
		this.others.clear();
	}

}
