package io.redisbroker.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

import io.lettuce.core.api.StatefulConnection;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.QueryTimeoutException;

/**
 * The connection for everything that does not wait in Redis. Connects when it is first
 * used and reconnects by itself. While there is no connection a command waits for one, up
 * to the reply timeout: it was not sent, so this loses and repeats nothing. A command
 * that was sent is never sent again.
 */
final class SharedConnection implements RedisConnection {

	private static final Duration PAUSE = Duration.ofMillis(50);

	private final Supplier<StatefulConnection<byte[], byte[]>> connector;

	private final Executor executor;

	private final Executor later;

	private final long patienceNanos;

	private final boolean oneServer;

	private volatile @Nullable CompletableFuture<StatefulConnection<byte[], byte[]>> current;

	/** Completes when all that waited for a connection so far has been sent. */
	private volatile CompletableFuture<Void> line = CompletableFuture.completedFuture(null);

	/**
	 * Creates a connection.
	 * @param connector connects
	 * @param executor where to connect
	 * @param patience how long a command waits for a connection
	 * @param oneServer whether it leads to a single server, so that one that is silent is
	 * better looked up anew
	 */
	SharedConnection(Supplier<StatefulConnection<byte[], byte[]>> connector, Executor executor, Duration patience,
			boolean oneServer) {
		this.connector = connector;
		this.executor = executor;
		this.later = CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS,
				(task) -> runEvenWhenStopped(executor, task));
		this.patienceNanos = patience.toNanos();
		this.oneServer = oneServer;
	}

	@Override
	public <T> CompletableFuture<T> send(Command<T> command) {
		return send(command, System.nanoTime() + this.patienceNanos);
	}

	private <T> CompletableFuture<T> send(Command<T> command, long deadline) {
		CompletableFuture<StatefulConnection<byte[], byte[]>> connection = connection();
		return checked(command, connection, inTurn(connection, (it) -> LettuceConnection.send(it, command)), deadline);
	}

	@Override
	public <T> List<CompletableFuture<T>> sendAll(List<Command<T>> commands) {
		return LettuceConnection.replies(sendTogether(commands, System.nanoTime() + this.patienceNanos),
				commands.size());
	}

	private <T> CompletableFuture<List<CompletableFuture<T>>> sendTogether(List<Command<T>> commands, long deadline) {
		CompletableFuture<StatefulConnection<byte[], byte[]>> connection = connection();
		return inTurn(connection, (it) -> {
			List<CompletableFuture<T>> replies = LettuceConnection.sendAll(it, commands);
			for (int i = 0; i < replies.size(); i++) {
				replies.set(i, checked(commands.get(i), connection, replies.get(i), deadline));
			}
			return CompletableFuture.completedFuture(replies);
		}).exceptionallyCompose(
				(failure) -> isWorthRetrying(failure, deadline) ? later(() -> sendTogether(commands, deadline))
						: CompletableFuture.failedFuture(LettuceConnection.translate(failure)));
	}

	/**
	 * Uses a connection as soon as it is there, and then in the order of the calls: what
	 * depends on one future would run last come, first served.
	 */
	private <R> CompletableFuture<R> inTurn(CompletableFuture<StatefulConnection<byte[], byte[]>> connection,
			Function<StatefulConnection<byte[], byte[]>, CompletableFuture<R>> use) {
		if (connection.isDone() && this.line.isDone()) {
			return connection.thenCompose(use);
		}
		CompletableFuture<R> result = new CompletableFuture<>();
		synchronized (this) {
			this.line = this.line.thenCompose((nothing) -> connection.<Void>handle((it, failure) -> {
				forward(connection.thenCompose(use), result);
				return null;
			}));
		}
		return result;
	}

	private static <R> void forward(CompletableFuture<R> from, CompletableFuture<R> to) {
		from.whenComplete((value, failure) -> {
			if (failure != null) {
				to.completeExceptionally(failure);
			}
			else {
				to.complete(value);
			}
		});
	}

	/** Sends again what was not sent, and translates what went wrong. */
	private <T> CompletableFuture<T> checked(Command<T> command,
			CompletableFuture<StatefulConnection<byte[], byte[]>> connection, CompletableFuture<T> reply,
			long deadline) {
		return reply.exceptionallyCompose((failure) -> {
			if (isWorthRetrying(failure, deadline)) {
				return later(() -> send(command, deadline));
			}
			Throwable translated = LettuceConnection.translate(failure);
			if (this.oneServer && translated instanceof QueryTimeoutException) {
				abandon(connection);
			}
			return CompletableFuture.failedFuture(translated);
		});
	}

	private static boolean isWorthRetrying(Throwable failure, long deadline) {
		return LettuceConnection.isUnsent(failure) && System.nanoTime() < deadline;
	}

	/** So that what waits fails, and does not wait for ever. */
	private static void runEvenWhenStopped(Executor executor, Runnable task) {
		try {
			executor.execute(task);
		}
		catch (RejectedExecutionException ex) {
			task.run();
		}
	}

	private <T> CompletableFuture<T> later(Supplier<CompletableFuture<T>> attempt) {
		return CompletableFuture.supplyAsync(attempt, this.later).thenCompose((result) -> result);
	}

	/**
	 * A server that hangs keeps the connection open; Sentinel may know a better one by
	 * now.
	 */
	private void abandon(CompletableFuture<StatefulConnection<byte[], byte[]>> connection) {
		synchronized (this) {
			if (this.current != connection) {
				return;
			}
			this.current = null;
		}
		connection.thenAccept(StatefulConnection::closeAsync);
	}

	private CompletableFuture<StatefulConnection<byte[], byte[]>> connection() {
		CompletableFuture<StatefulConnection<byte[], byte[]>> connection = this.current;
		return (connection != null && !connection.isCompletedExceptionally()) ? connection : connect();
	}

	private synchronized CompletableFuture<StatefulConnection<byte[], byte[]>> connect() {
		CompletableFuture<StatefulConnection<byte[], byte[]>> connection = this.current;
		if (connection == null || connection.isCompletedExceptionally()) {
			connection = CompletableFuture.supplyAsync(this.connector, this.executor);
			this.current = connection;
		}
		return connection;
	}

	@Override
	public synchronized CompletableFuture<Void> close() {
		CompletableFuture<StatefulConnection<byte[], byte[]>> connection = this.current;
		this.current = null;
		return (connection == null) ? CompletableFuture.completedFuture(null)
				: connection.thenCompose(StatefulConnection::closeAsync).exceptionally((failure) -> null);
	}

}
