package io.redisbroker.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.redisbroker.failure.RedisLoginException;
import io.redisbroker.failure.UnsupportedRedisException;
import io.redisbroker.retry.Backoff;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The broker's connections to Redis: one shared connection for commands that do not wait
 * in Redis, dedicated ones for commands that do. They reach the Redis that the
 * application's connection factory names (standalone, Sentinel or cluster, with its TLS
 * and credentials), through clients of their own. Thread-safe.
 */
public final class RedisConnections implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(RedisConnections.class);

	/**
	 * The pauses between attempts to reach a server: short, since a subscription that is
	 * missing loses messages.
	 */
	public static final Backoff BETWEEN_ATTEMPTS = new Backoff(Duration.ofMillis(20), 2, Duration.ofMillis(250), 0.2);

	private static final Duration SHORTEST_CLOSE = Duration.ofSeconds(2);

	private static final Duration LONGEST_GOODBYE = Duration.ofSeconds(1);

	private final ExecutorService connecting = Executors.newCachedThreadPool(daemonThreads("redis-broker-connect-"));

	private final LettuceClients clients;

	private final LeanRedisClient commandClient;

	private final LeanRedisClient consumerClient;

	private final LeanRedisClient shardClient;

	private final @Nullable ClusterAccess cluster;

	private final RedisConnection shared;

	private final Supplier<CompletableFuture<Void>> reach;

	private final @Nullable PrimaryWatch watch;

	private final BulkConnections bulk = new BulkConnections(this::serverOf, this::dedicated);

	private RedisConnections(LettuceConnectionFactory factory) {
		this.clients = new LettuceClients(factory);
		this.commandClient = this.clients.createCommandClient();
		this.consumerClient = this.clients.createConsumerClient();
		this.shardClient = this.clients.createShardClient();
		this.cluster = this.clients.isCluster()
				? new ClusterAccess(this.clients.nodeAddresses(), this.commandClient, this.consumerClient,
						this.connecting, this.clients.replyTimeout(), daemonThreads("redis-broker-cluster-"))
				: null;
		ClusterAccess access = this.cluster;
		if (access != null) {
			this.shared = access.shared();
			this.reach = access::reach;
			this.watch = null;
		}
		else {
			SharedConnection connection = new SharedConnection(this::connect, this.connecting,
					this.clients.replyTimeout());
			this.shared = connection;
			this.reach = connection::reach;
			this.watch = new PrimaryWatch(connection);
			this.watch.start();
		}
	}

	/**
	 * Takes the address and login from a connection factory. No connection is opened yet.
	 * @param factory the application's connection factory
	 * @return the connections
	 * @throws IllegalArgumentException when the factory does not use Lettuce
	 */
	public static RedisConnections from(RedisConnectionFactory factory) {
		if (factory instanceof LettuceConnectionFactory lettuce) {
			return new RedisConnections(lettuce);
		}
		throw new IllegalArgumentException(
				"redis-broker needs Lettuce, but the connection factory is a " + factory.getClass().getName());
	}

	/**
	 * Tells whether these are the connections to the Redis of a connection factory.
	 * @param factory a connection factory of the application
	 * @return whether they were made from it
	 */
	public boolean areFrom(RedisConnectionFactory factory) {
		return this.clients.areFrom(factory);
	}

	/**
	 * Returns the connection for commands that do not wait in Redis. Its commands fail
	 * with {@link UnsupportedRedisException} where the server is too old.
	 * @return the shared connection, which callers must not close
	 */
	public RedisConnection shared() {
		return this.shared;
	}

	/**
	 * Connects, if there was no connection yet, and fails at once if that fails. Commands
	 * retry instead.
	 * @return completes when there is a connection, or was one; exceptionally with the
	 * reason why there is none, with {@link RedisLoginException} if Redis refuses the
	 * login
	 */
	public CompletableFuture<Void> reach() {
		return this.reach.get();
	}

	/**
	 * Opens a connection for commands that wait in Redis.
	 * @param key a key; in a cluster the connection leads to the node that owns its slot
	 * @return the connection, which connects when it is first used
	 */
	public RedisConnection dedicated(String key) {
		ClusterAccess access = this.cluster;
		if (access != null) {
			return access.dedicated(key);
		}
		return new DedicatedConnection(() -> this.consumerClient.connect(ByteArrayCodec.INSTANCE), this.connecting,
				() -> {
				});
	}

	/**
	 * Uses a connection on which a large reply delays no other command.
	 * @param <T> the reply
	 * @param key a key; in a cluster the connection leads to the node that owns its slot
	 * @param use sends commands that do not wait in Redis
	 * @return the reply
	 */
	public <T> CompletableFuture<T> bulk(String key, Function<RedisConnection, CompletableFuture<T>> use) {
		return this.bulk.use(key, use);
	}

	/**
	 * Creates the limit of messages per read for one reader.
	 * @param source the source, for log lines
	 * @param least the least that can be asked for: one, or one from each of several
	 * sources
	 * @param lease how long a message may be in transit before another consumer may take
	 * it; zero if none can
	 * @return the size, for one reader
	 */
	public ReadSize readSize(String source, int least, Duration lease) {
		return new ReadSize(source, least, replyTimeout(), lease, this.connecting);
	}

	/**
	 * Opens a connection to each server that holds messages: one, or in a cluster one for
	 * each primary that owns slots.
	 * @return the connections, which connect when they are first used and are to be
	 * closed; exceptionally when the cluster can't be reached
	 */
	public CompletableFuture<List<RedisConnection>> primaries() {
		ClusterAccess access = this.cluster;
		return (access != null) ? access.primaries(this.consumerClient)
				: CompletableFuture.completedFuture(List.of(dedicated("")));
	}

	/**
	 * Returns the clients that connect for subscriptions.
	 * @return the clients, and in a cluster the knowledge of slot owners
	 */
	public PubSubClients pubSubClients() {
		ClusterAccess access = this.cluster;
		return new PubSubClients(this.consumerClient, this.shardClient,
				(access != null) ? access.forSubscriptions(this.shardClient) : null, this.connecting);
	}

	/**
	 * Adds a listener that is called when the address leads to another primary.
	 * @param listener called on an I/O thread, so it must not block
	 */
	public void onNewPrimary(Runnable listener) {
		if (this.watch != null) {
			this.watch.listen(listener);
		}
	}

	/**
	 * Tells whether Redis is a cluster, where the keys of a command must share a slot.
	 * @return whether it is
	 */
	public boolean isCluster() {
		return this.cluster != null;
	}

	/**
	 * Groups keys that may stand in one command: all of them, or by slot in a cluster.
	 * @param keys the keys
	 * @return the groups
	 */
	public List<List<String>> group(List<String> keys) {
		return isCluster() ? Slots.bySlot(keys) : List.of(keys);
	}

	/**
	 * Returns how long a reply may take before its command fails.
	 * @return the timeout, {@code spring.data.redis.timeout} but at most ten seconds
	 */
	public Duration replyTimeout() {
		return this.clients.replyTimeout();
	}

	private StatefulConnection<byte[], byte[]> connect() {
		return VersionCheck.check(this.commandClient.connect(ByteArrayCodec.INSTANCE), this.clients.replyTimeout());
	}

	/** Names the server that has a key, if known; otherwise empty. */
	private String serverOf(String key) {
		String owner = (this.cluster != null) ? this.cluster.ownerOf(key) : null;
		return (owner != null) ? owner : "";
	}

	/**
	 * Closes all connections. Commands in flight fail.
	 */
	@Override
	public void close() {
		if (this.watch != null) {
			this.watch.end();
		}
		if (this.cluster != null) {
			this.cluster.close();
		}
		// clients close their connections, and warn of those that are closed before
		closeAll(List.of(this.consumerClient, this.shardClient, this.commandClient));
		this.clients.close();
		this.connecting.shutdown();
	}

	private void closeAll(List<AbstractRedisClient> all) {
		long millis = Math.max(SHORTEST_CLOSE.toMillis(), this.clients.replyTimeout().toMillis());
		try {
			// before its client does, which would close its connections to nodes again
			this.shared.close()
				.completeOnTimeout(null, LONGEST_GOODBYE.toMillis(), TimeUnit.MILLISECONDS)
				.thenCompose((nothing) -> CompletableFuture.allOf(all.stream()
					.map((client) -> client.shutdownAsync(0, millis, TimeUnit.MILLISECONDS))
					.toArray(CompletableFuture[]::new)))
				.get(millis, TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			logger.warn("Not all connections to Redis could be closed", ex);
		}
		catch (TimeoutException ex) {
			logger.warn("Not all connections to Redis are closed after {} ms. A listener that runs on "
					+ "the I/O thread and does not return may prevent it", millis);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static CustomizableThreadFactory daemonThreads(String prefix) {
		CustomizableThreadFactory factory = new CustomizableThreadFactory(prefix);
		factory.setDaemon(true);
		return factory;
	}

}
