package io.redisbroker.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

import io.lettuce.core.api.StatefulConnection;
import io.redisbroker.retry.Backoff;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.RedisConnectionFailureException;

/**
 * The connection for commands that do not wait in Redis. Connects when it is first used
 * and reconnects by itself. While there is no connection a command waits for one, up to
 * the reply timeout: it was not sent, so no command is dropped or repeated. A command
 * that Redis refused without executing it is sent again within the same time; any other
 * command is sent once.
 *
 * <p>
 * A server that is silent, or that answers as a replica, is left: the address may lead to
 * another server by now. The pauses between connections grow.
 */
final class SharedConnection implements RedisConnection {

	private static final Logger logger = LoggerFactory.getLogger(SharedConnection.class);

	private static final Duration PAUSE = Duration.ofMillis(50);

	/** A connection that served this long is no reason to pause before the next one. */
	private static final Duration LASTING = Duration.ofSeconds(5);

	private final Supplier<StatefulConnection<byte[], byte[]>> connector;

	private final Executor executor;

	private final Repeats repeats;

	private final Duration patience;

	private volatile @Nullable CompletableFuture<StatefulConnection<byte[], byte[]>> current;

	/** How many connections in a row led to a server that is no primary. */
	private int leftInARow;

	private volatile int failedInARow;

	private long connectedAt;

	private final AtomicInteger demotions = new AtomicInteger();

	private volatile boolean publishes;

	private volatile boolean ended;

	/** Completes when all commands that waited for a connection are sent. */
	private volatile CompletableFuture<Void> line = CompletableFuture.completedFuture(null);

	/**
	 * Creates a connection.
	 * @param connector connects
	 * @param executor where to connect
	 * @param patience how long a command waits for a connection
	 */
	SharedConnection(Supplier<StatefulConnection<byte[], byte[]>> connector, Executor executor, Duration patience) {
		this.connector = connector;
		this.executor = executor;
		this.repeats = new Repeats(after(PAUSE));
		this.patience = patience;
	}

	/** Connects once, without the retries of commands. */
	CompletableFuture<Void> reach() {
		return connection().<Void>thenApply((it) -> null)
			.exceptionallyCompose((failure) -> CompletableFuture.failedFuture(LettuceConnection.translate(failure)));
	}

	@Override
	public <T> CompletableFuture<T> send(Command<T> command) {
		if (!this.publishes && command.publishes()) {
			this.publishes = true;
		}
		return send(command, System.nanoTime() + this.patience.toNanos());
	}

	private <T> CompletableFuture<T> send(Command<T> command, long deadline) {
		CompletableFuture<StatefulConnection<byte[], byte[]>> connection = connection();
		return checked(command, connection, inTurn(connection, (it) -> LettuceConnection.send(it, command)), deadline);
	}

	@Override
	public <T> List<CompletableFuture<T>> sendAll(List<Command<T>> commands) {
		return LettuceConnection.replies(sendTogether(commands, System.nanoTime() + this.patience.toNanos()),
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
		}).exceptionallyCompose((failure) -> isWorthRepeating(failure, deadline)
				? this.repeats.add(() -> sendTogether(commands, deadline))
				: CompletableFuture.failedFuture(LettuceConnection.translate(failure)));
	}

	/**
	 * Uses a connection as soon as it is there, in the order of the calls: the callbacks
	 * of one future would run in reverse order.
	 */
	private <R> CompletableFuture<R> inTurn(CompletableFuture<StatefulConnection<byte[], byte[]>> connection,
			Function<StatefulConnection<byte[], byte[]>, CompletableFuture<R>> use) {
		if (connection.isDone() && this.line.isDone()) {
			return connection.thenCompose(use);
		}
		CompletableFuture<R> result = new CompletableFuture<>();
		synchronized (this) {
			this.line = this.line.thenCompose((nothing) -> connection.<Void>handle((it, failure) -> {
				Repeats.forward(connection.thenCompose(use), result);
				return null;
			}));
		}
		return result;
	}

	/** Sends commands again that were not executed, and translates failures. */
	private <T> CompletableFuture<T> checked(Command<T> command,
			CompletableFuture<StatefulConnection<byte[], byte[]>> connection, CompletableFuture<T> reply,
			long deadline) {
		return reply.exceptionallyCompose((failure) -> {
			Throwable translated = LettuceConnection.translate(failure);
			leaveIfUseless(connection, translated);
			return (isWorthRepeating(failure, deadline) || isWorthRepeating(translated, deadline))
					? this.repeats.add(() -> send(command, deadline)) : CompletableFuture.failedFuture(translated);
		});
	}

	private static boolean isWorthRepeating(Throwable failure, long deadline) {
		return (LettuceConnection.isUnsent(failure) || Failures.isNotExecuted(failure)) && System.nanoTime() < deadline;
	}

	private Executor after(Duration pause) {
		return CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS,
				(task) -> runEvenWhenStopped(this.executor, task));
	}

	/** Ends the wait at the deadline. */
	private static void runEvenWhenStopped(Executor executor, Runnable task) {
		try {
			executor.execute(task);
		}
		catch (RejectedExecutionException ex) {
			task.run();
		}
	}

	/**
	 * Leaves a server that hangs, which keeps its connections open, or that is no
	 * primary: the address, or Sentinel, may lead to the primary by now.
	 */
	private void leaveIfUseless(CompletableFuture<StatefulConnection<byte[], byte[]>> connection, Throwable failure) {
		if (failure instanceof QueryTimeoutException && isLeft(connection)) {
			connection.thenAccept(StatefulConnection::closeAsync);
		}
		else if (Failures.isFromNoPrimary(failure) && isLeft(connection)) {
			logger.atLevel((this.leftInARow == 1) ? Level.INFO : Level.DEBUG)
				.log("Reconnecting to Redis, because the connected server refuses commands: {}", failure.getMessage());
			if (Failures.hasCode(failure, "READONLY")) {
				this.demotions.incrementAndGet();
			}
			closeWhenAnswered(connection);
		}
	}

	/** Leaves a server that is no primary any more. */
	void leave() {
		CompletableFuture<StatefulConnection<byte[], byte[]>> connection = this.current;
		if (connection != null && isLeft(connection)) {
			closeWhenAnswered(connection);
		}
	}

	/** How often the server turned out to be a replica. */
	int demotions() {
		return this.demotions.get();
	}

	/** Whether it has published on a channel. */
	boolean publishes() {
		return this.publishes;
	}

	boolean isConnected() {
		CompletableFuture<StatefulConnection<byte[], byte[]>> connection = this.current;
		return connection != null && connection.isDone() && !connection.isCompletedExceptionally()
				&& connection.join().isOpen();
	}

	/** Commands in flight are still answered, each with its refusal. */
	private void closeWhenAnswered(CompletableFuture<StatefulConnection<byte[], byte[]>> connection) {
		connection.thenAcceptAsync(this::closeUnlessEnded, after(this.patience));
	}

	/** Leaves a connection on its first failure, once. */
	private synchronized boolean isLeft(CompletableFuture<StatefulConnection<byte[], byte[]>> connection) {
		if (this.current != connection) {
			return false;
		}
		boolean proven = System.nanoTime() - this.connectedAt > LASTING.toNanos();
		this.leftInARow = proven ? 1 : this.leftInARow + 1;
		this.current = null;
		return true;
	}

	private void closeUnlessEnded(StatefulConnection<byte[], byte[]> connection) {
		if (!this.ended) {
			connection.closeAsync();
		}
	}

	private CompletableFuture<StatefulConnection<byte[], byte[]>> connection() {
		CompletableFuture<StatefulConnection<byte[], byte[]>> connection = this.current;
		return (connection != null && !connection.isCompletedExceptionally()) ? connection : connect();
	}

	private synchronized CompletableFuture<StatefulConnection<byte[], byte[]>> connect() {
		if (this.ended) {
			return CompletableFuture.failedFuture(new RedisConnectionFailureException("The connection is closed"));
		}
		CompletableFuture<StatefulConnection<byte[], byte[]>> connection = this.current;
		if (connection == null || connection.isCompletedExceptionally()) {
			connection = CompletableFuture.supplyAsync(this::open, nextConnection());
			connection.whenComplete((it, failure) -> this.failedInARow = (failure != null) ? this.failedInARow + 1 : 0);
			this.current = connection;
		}
		return connection;
	}

	private StatefulConnection<byte[], byte[]> open() {
		if (this.ended) {
			throw new RedisConnectionFailureException("The connection is closed");
		}
		return this.connector.get();
	}

	/**
	 * The first at once; further ones with a pause, after a server that is no primary or
	 * unreachable.
	 */
	private Executor nextConnection() {
		int inVain = Math.max(this.leftInARow, this.failedInARow - 1);
		Duration pause = (inVain > 0) ? Backoff.RECONNECT.delay(inVain) : Duration.ZERO;
		this.connectedAt = System.nanoTime() + pause.toNanos();
		return pause.isZero() ? this.executor : after(pause);
	}

	@Override
	public synchronized CompletableFuture<Void> close() {
		this.ended = true;
		CompletableFuture<StatefulConnection<byte[], byte[]>> connection = this.current;
		this.current = null;
		if (connection == null) {
			return CompletableFuture.completedFuture(null);
		}
		CompletableFuture<Void> end = connection.thenCompose(StatefulConnection::closeAsync)
			.exceptionally((failure) -> null);
		// nothing is in flight on a connection that is still being made
		return connection.isDone() ? end : CompletableFuture.completedFuture(null);
	}

}
