package io.redisbroker.client;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.lettuce.core.api.StatefulConnection;
import io.redisbroker.failure.RedisErrorException;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.RedisConnectionFailureException;

/**
 * A connection for commands that wait in Redis. It is opened when it is first used, and
 * given up at the first sign of trouble: a command that timed out is still queued in the
 * server and would take the next message, which no consumer would receive. The next
 * command opens a new connection, so the caller decides on the pause between tries.
 */
final class DedicatedConnection implements RedisConnection {

	/** Refusals that another connection would meet as well. */
	private static final Set<String> ON_ANY_CONNECTION = Set.of("UNBLOCKED", "OOM", "MISCONF", "NOREPLICAS", "BUSY");

	private final Supplier<StatefulConnection<byte[], byte[]>> connector;

	private final Executor executor;

	private final Runnable onTrouble;

	private @Nullable CompletableFuture<StatefulConnection<byte[], byte[]>> current;

	private boolean closed;

	DedicatedConnection(Supplier<StatefulConnection<byte[], byte[]>> connector, Executor executor, Runnable onTrouble) {
		this.connector = connector;
		this.executor = executor;
		this.onTrouble = onTrouble;
	}

	@Override
	public <T> CompletableFuture<T> send(Command<T> command) {
		return sendAll(List.of(command)).get(0);
	}

	/**
	 * Sends all in one write, so that Redis has the later commands when the first stops
	 * waiting.
	 */
	@Override
	public <T> List<CompletableFuture<T>> sendAll(List<Command<T>> commands) {
		CompletableFuture<StatefulConnection<byte[], byte[]>> connection = connection();
		return LettuceConnection
			.replies(connection.thenApply((it) -> LettuceConnection.sendAll(it, commands)), commands.size())
			.stream()
			.map((reply) -> checked(reply, connection))
			.toList();
	}

	private <T> CompletableFuture<T> checked(CompletableFuture<T> reply,
			CompletableFuture<StatefulConnection<byte[], byte[]>> connection) {
		return LettuceConnection.translate(reply, (failure) -> {
			if (isTrouble(failure)) {
				abandon(connection);
			}
		});
	}

	private static boolean isTrouble(Throwable failure) {
		boolean refused = Failures.unwrap(failure) instanceof RedisErrorException;
		return !refused || (Failures.isTransient(failure)
				&& ON_ANY_CONNECTION.stream().noneMatch((code) -> Failures.hasCode(failure, code)));
	}

	private CompletableFuture<StatefulConnection<byte[], byte[]>> connection() {
		CompletableFuture<StatefulConnection<byte[], byte[]>> connection = openConnection();
		if (!hasEnded(connection)) {
			return connection;
		}
		abandon(connection);
		return openConnection();
	}

	private synchronized CompletableFuture<StatefulConnection<byte[], byte[]>> openConnection() {
		if (this.closed) {
			return CompletableFuture.failedFuture(new RedisConnectionFailureException("The connection is closed"));
		}
		if (this.current == null) {
			this.current = CompletableFuture.supplyAsync(this.connector, this.executor);
		}
		return this.current;
	}

	/**
	 * Redis closes idle connections if it has a {@code timeout}. No command was in
	 * flight.
	 */
	private static boolean hasEnded(CompletableFuture<StatefulConnection<byte[], byte[]>> connection) {
		return connection.isDone() && !connection.isCompletedExceptionally() && !connection.join().isOpen();
	}

	private void abandon(CompletableFuture<StatefulConnection<byte[], byte[]>> connection) {
		synchronized (this) {
			if (this.current != connection) {
				return;
			}
			this.current = null;
		}
		closeQuietly(connection);
		this.onTrouble.run();
	}

	@Override
	public CompletableFuture<Void> close() {
		CompletableFuture<StatefulConnection<byte[], byte[]>> connection;
		synchronized (this) {
			this.closed = true;
			connection = this.current;
			this.current = null;
		}
		if (connection == null) {
			return CompletableFuture.completedFuture(null);
		}
		CompletableFuture<Void> end = closeQuietly(connection);
		// without a connection, as to a server that hangs, no read was sent
		return connection.isDone() ? end : CompletableFuture.completedFuture(null);
	}

	private static CompletableFuture<Void> closeQuietly(
			CompletableFuture<StatefulConnection<byte[], byte[]>> connection) {
		return connection.thenCompose(StatefulConnection::closeAsync).exceptionally((failure) -> null);
	}

}
