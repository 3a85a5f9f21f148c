package io.redisbroker.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.redisbroker.failure.RedisErrorException;
import org.jspecify.annotations.Nullable;

/**
 * Connections for commands with large replies, so that no other command waits behind
 * them: a few per server, each used by one caller at a time. Thread-safe.
 */
final class BulkConnections {

	private static final int MOST_PER_SERVER = 4;

	private final Function<String, String> serverOf;

	private final Function<String, RedisConnection> opener;

	private final Map<String, Server> servers = new ConcurrentHashMap<>();

	/**
	 * Creates a pool without connections.
	 * @param serverOf names the server of a key
	 * @param opener opens a connection to the server of a key
	 */
	BulkConnections(Function<String, String> serverOf, Function<String, RedisConnection> opener) {
		this.serverOf = serverOf;
		this.opener = opener;
	}

	/**
	 * Uses a connection as soon as one is free.
	 * @param <T> the reply
	 * @param key a key; in a cluster the connection leads to the node that owns its slot
	 * @param use sends commands
	 * @return the reply
	 */
	<T> CompletableFuture<T> use(String key, Function<RedisConnection, CompletableFuture<T>> use) {
		CompletableFuture<T> reply = new CompletableFuture<>();
		Server server = this.servers.computeIfAbsent(this.serverOf.apply(key), (name) -> new Server());
		Use next = (idle) -> {
			RedisConnection connection = (idle != null) ? idle : this.opener.apply(key);
			start(use, connection).whenComplete((value, failure) -> {
				boolean useless = failure != null && !isGood(failure);
				if (useless) {
					connection.close();
				}
				server.free(useless ? null : connection);
				if (failure != null) {
					reply.completeExceptionally(failure);
				}
				else {
					reply.complete(value);
				}
			});
		};
		server.use(next);
		return reply;
	}

	private static <T> CompletableFuture<T> start(Function<RedisConnection, CompletableFuture<T>> use,
			RedisConnection connection) {
		try {
			return use.apply(connection);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/** A connection whose slot has moved may still serve other keys. */
	private static boolean isGood(Throwable failure) {
		return Failures.unwrap(failure) instanceof RedisErrorException && !Failures.hasCode(failure, "MOVED");
	}

	private interface Use {

		void with(@Nullable RedisConnection idle);

	}

	private static final class Server {

		private final Deque<RedisConnection> idle = new ArrayDeque<>();

		private final Deque<Use> waiting = new ArrayDeque<>();

		private int used;

		void use(Use next) {
			RedisConnection connection;
			synchronized (this) {
				if (this.used == MOST_PER_SERVER) {
					this.waiting.add(next);
					return;
				}
				this.used++;
				connection = this.idle.poll();
			}
			next.with(connection);
		}

		void free(@Nullable RedisConnection connection) {
			Use next;
			synchronized (this) {
				next = this.waiting.poll();
				if (next == null) {
					this.used--;
					if (connection != null) {
						this.idle.push(connection);
					}
					return;
				}
			}
			next.with(connection);
		}

	}

}
