package io.redisbroker.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.RedisCommand;
import io.redisbroker.failure.RedisErrorException;
import io.redisbroker.failure.UnsupportedRedisException;
import org.jspecify.annotations.Nullable;

/**
 * The connection to one node of a cluster for all commands that do not wait in Redis. It
 * connects when it is first used, and again after it broke. Commands wait for it in their
 * order. It detects a node that is late with a reply, because it pings the node once a
 * second while it is used. Thread-safe.
 */
final class NodeConnection {

	private static final long BETWEEN_PINGS = TimeUnit.SECONDS.toNanos(1);

	/** After this delay of a reply other nodes are asked for a new owner. */
	private static final long LATE = TimeUnit.MILLISECONDS.toNanos(500);

	/**
	 * How long a node that others have replaced may owe its answers. In a manual failover
	 * the node holds back writes, and the pings behind them, until it knows its successor
	 * and redirects them.
	 */
	private static final long FOR_REDIRECTIONS = TimeUnit.SECONDS.toNanos(1);

	private static final long IDLE = TimeUnit.SECONDS.toNanos(30);

	private final String node;

	private final Supplier<CompletionStage<? extends StatefulConnection<byte[], byte[]>>> connector;

	private final Duration replyTimeout;

	private final Runnable onTrouble;

	private final Gate<StatefulConnection<byte[], byte[]>> gate;

	private volatile @Nullable CompletableFuture<StatefulConnection<byte[], byte[]>> current;

	private volatile boolean used;

	private volatile long usedAt = System.nanoTime();

	private volatile long pingedAt = System.nanoTime();

	/** Since when an answer is missing, as {@code nanoTime}; 0 when none is. */
	private volatile long waitingSince;

	/** Since when the node owns no slots, as {@code nanoTime}; 0 while it owns some. */
	private volatile long replacedSince;

	/**
	 * Creates a connection.
	 * @param node the node
	 * @param connector connects to it
	 * @param replyTimeout how long an answer may take
	 * @param onTrouble called when the connection breaks or can't be made
	 * @param executor where to tell of failures
	 */
	NodeConnection(String node, Supplier<CompletionStage<? extends StatefulConnection<byte[], byte[]>>> connector,
			Duration replyTimeout, Runnable onTrouble, Executor executor) {
		this.node = node;
		this.connector = connector;
		this.replyTimeout = replyTimeout;
		this.onTrouble = onTrouble;
		this.gate = new Gate<>(executor);
	}

	String node() {
		return this.node;
	}

	/** The connection, if it is open. */
	@Nullable StatefulConnection<byte[], byte[]> open() {
		return this.gate.value();
	}

	/**
	 * Uses the connection, or waits for it until the deadline. Connects if necessary.
	 * @param <R> the result
	 * @param deadline until when to wait, as {@code nanoTime}
	 * @param use sends commands
	 * @return the result; see {@link LettuceConnection#isUnsent}
	 */
	<R> CompletableFuture<R> use(long deadline,
			Function<StatefulConnection<byte[], byte[]>, CompletableFuture<R>> use) {
		CompletableFuture<R> result = this.gate.use(deadline, use);
		touch();
		return result;
	}

	/** Connects if necessary, and has the node watched for a while. */
	void touch() {
		if (!this.used) {
			this.used = true;
		}
		if (this.current == null) {
			connect();
		}
	}

	/** Sends a command to a node that serves its slot only when told so before. */
	static <T> CompletableFuture<T> sendAsking(StatefulConnection<byte[], byte[]> connection, Command<T> command) {
		AsyncCommand<byte[], byte[], String> asking = new AsyncCommand<>(
				Command.of("ASKING", Reply.STRING).toLettuce());
		AsyncCommand<byte[], byte[], T> asked = command.toAsync();
		// in one write: no other command may come between the two
		connection.dispatch(List.<RedisCommand<byte[], byte[], ?>>of(asking, asked));
		return asked;
	}

	private void connect() {
		CompletableFuture<StatefulConnection<byte[], byte[]>> connecting = new CompletableFuture<>();
		synchronized (this) {
			if (this.current != null) {
				return;
			}
			this.current = connecting;
			this.waitingSince = System.nanoTime();
		}
		try {
			this.connector.get().whenComplete((connection, failure) -> {
				if (failure != null) {
					failed(connecting, failure);
				}
				else {
					opened(connecting, connection);
				}
			});
		}
		catch (RuntimeException ex) {
			failed(connecting, ex);
		}
	}

	private void failed(CompletableFuture<StatefulConnection<byte[], byte[]>> connecting, Throwable cause) {
		if (end(connecting)) {
			this.gate.fail(unsent(cause));
			this.onTrouble.run();
		}
	}

	private Throwable unsent(@Nullable Throwable cause) {
		return (Failures.unwrap(cause) instanceof UnsupportedRedisException unsupported) ? unsupported
				: LettuceConnection.unsent("Unable to connect to " + this.node, cause);
	}

	private void opened(CompletableFuture<StatefulConnection<byte[], byte[]>> connecting,
			StatefulConnection<byte[], byte[]> connection) {
		connection.addListener(new RedisConnectionStateListener() {

			@Override
			public void onRedisDisconnected(RedisChannelHandler<?, ?> channel) {
				broke(connecting);
			}

		});
		boolean wanted;
		synchronized (this) {
			wanted = this.current == connecting;
			if (wanted) {
				connecting.complete(connection);
				this.waitingSince = 0;
				this.pingedAt = System.nanoTime();
				this.gate.open(connection);
			}
		}
		if (!wanted) {
			connection.closeAsync();
		}
		else if (!connection.isOpen()) {
			broke(connecting);
		}
	}

	private void broke(CompletableFuture<StatefulConnection<byte[], byte[]>> connection) {
		if (end(connection)) {
			this.onTrouble.run();
		}
	}

	private synchronized boolean end(@Nullable CompletableFuture<StatefulConnection<byte[], byte[]>> connection) {
		if (connection == null || this.current != connection) {
			return false;
		}
		this.current = null;
		this.gate.close();
		this.waitingSince = 0;
		return true;
	}

	/**
	 * Gives the connection up: another node has taken over. Commands in flight fail,
	 * waiting ones fail as not sent.
	 */
	void leave() {
		CompletableFuture<StatefulConnection<byte[], byte[]>> connection = this.current;
		if (end(connection) && connection != null) {
			connection.thenAccept(StatefulConnection::closeAsync);
			this.gate.fail(LettuceConnection.unsent("Another node has taken over from " + this.node, null));
		}
	}

	/**
	 * Pings the node from time to time while it is used, fails commands that have waited
	 * for too long, and replaces a connection on which nothing is answered any more.
	 * @param now the {@code nanoTime}
	 * @return whether the connection was used since the last look
	 */
	boolean look(long now) {
		this.gate.expire(now, () -> unsent(null));
		boolean inUse = this.used;
		this.used = false;
		if (inUse) {
			this.usedAt = now;
		}
		StatefulConnection<byte[], byte[]> connection = this.gate.value();
		if (connection != null && this.waitingSince == 0 && this.usedAt - this.pingedAt > 0
				&& now - this.pingedAt >= BETWEEN_PINGS) {
			ping(connection, now);
		}
		if (connection != null && waitsFor(now) > this.replyTimeout.toNanos()) {
			retire();
		}
		return inUse;
	}

	private void ping(StatefulConnection<byte[], byte[]> connection, long now) {
		this.pingedAt = now;
		this.waitingSince = now;
		LettuceConnection.send(connection, Command.of("PING", Reply.STRING)).whenComplete((pong, failure) -> {
			// a refused ping is an answer, too
			if (failure == null || LettuceConnection.translate(failure) instanceof RedisErrorException) {
				if (this.gate.value() == connection) {
					this.waitingSince = 0;
				}
			}
		});
	}

	/** Commands get a new connection. Large replies may still arrive on this one. */
	private void retire() {
		CompletableFuture<StatefulConnection<byte[], byte[]>> connection = this.current;
		if (end(connection) && connection != null) {
			connection.thenAcceptAsync(StatefulConnection::closeAsync,
					CompletableFuture.delayedExecutor(this.replyTimeout.toMillis(), TimeUnit.MILLISECONDS));
			this.onTrouble.run();
		}
	}

	/** Fails waiting commands. The client closes the connection. */
	void failWaiting() {
		this.gate.fail(LettuceConnection.unsent("The connection to " + this.node + " is closed", null));
	}

	private long waitsFor(long now) {
		long since = this.waitingSince;
		return (since != 0) ? now - since : 0;
	}

	/** Whether the node is later with an answer than nodes normally are. */
	boolean isLate(long now) {
		return waitsFor(now) > LATE;
	}

	/** Tells whether the node owns slots, as far as others know. */
	void owns(boolean slots, long now) {
		if (slots) {
			this.replacedSince = 0;
		}
		else if (this.replacedSince == 0) {
			this.replacedSince = now;
		}
	}

	/** Whether the node is late, and was replaced so long ago that it hangs. */
	boolean isReplaced(long now) {
		long since = this.replacedSince;
		return since != 0 && now - since > FOR_REDIRECTIONS && isLate(now);
	}

	/** Whether the connection was not used for a while, and nothing is in flight. */
	boolean isIdle(long now) {
		return !this.used && this.waitingSince == 0 && now - this.usedAt > IDLE;
	}

}
