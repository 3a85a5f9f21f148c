package io.redisbroker.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.RedisConnectionFailureException;

/**
 * A dedicated connection on which a consumer waits in Redis, between being opened and
 * being closed. Thread-safe; can be opened again.
 */
public final class WaitingConnection {

	/** An idle consumer costs one round trip in this time. */
	private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

	private static final Duration FIRST_WAIT = Duration.ofMillis(10);

	private final RedisConnections connections;

	private final String key;

	private @Nullable RedisConnection connection;

	/** The first wait is short, so that it soon shows that reading works (again). */
	private volatile boolean proven;

	/**
	 * Creates a connection, not opened.
	 * @param connections the connections to Redis
	 * @param key a key; in a cluster the connection leads to the node that owns its slot
	 */
	public WaitingConnection(RedisConnections connections, String key) {
		this.connections = connections;
		this.key = key;
	}

	/**
	 * Allows reading. The connection is made by the first read.
	 */
	public synchronized void open() {
		if (this.connection == null) {
			this.connection = this.connections.dedicated(this.key);
		}
	}

	/**
	 * Reads once.
	 * @param <T> the reply
	 * @param read sends a command that waits this long
	 * @return the reply
	 */
	public <T> CompletableFuture<T> read(BiFunction<RedisConnection, Duration, CompletableFuture<T>> read) {
		return ask((open) -> read.apply(open, this.proven ? LONGEST_WAIT : FIRST_WAIT)
			.whenComplete((reply, failure) -> this.proven = failure == null));
	}

	/**
	 * Uses the connection between two reads, for a command that does not wait. It does
	 * not count as a read that works.
	 * @param <T> the reply
	 * @param question sends a command
	 * @return the reply
	 */
	public <T> CompletableFuture<T> ask(Function<RedisConnection, CompletableFuture<T>> question) {
		RedisConnection open = current();
		return (open != null) ? question.apply(open)
				: CompletableFuture.failedFuture(new RedisConnectionFailureException("The listener has stopped"));
	}

	private synchronized @Nullable RedisConnection current() {
		return this.connection;
	}

	/**
	 * Ends the wait, if there is one, and closes the connection.
	 * @return completes when it is closed
	 */
	public CompletableFuture<Void> close() {
		RedisConnection open;
		synchronized (this) {
			open = this.connection;
			this.connection = null;
		}
		return (open != null) ? open.close() : CompletableFuture.completedFuture(null);
	}

}
