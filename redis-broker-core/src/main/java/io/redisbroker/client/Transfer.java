package io.redisbroker.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Watches the arrival of the reply to one read. While bytes arrive, the timeout counts
 * from the last of them, up to a maximum for the whole reply. Thread-safe.
 */
public final class Transfer {

	private final Duration silence;

	private final Duration longest;

	private final Executor executor;

	private volatile long begunAt;

	private volatile long arrivedAt;

	private volatile boolean begun;

	/**
	 * Creates a transfer of which nothing has arrived.
	 * @param silence how long no byte may arrive once some did
	 * @param longest how long the whole reply may take from its first byte on
	 * @param executor where commands fail whose time is over
	 */
	Transfer(Duration silence, Duration longest, Executor executor) {
		this.silence = silence;
		this.longest = longest;
		this.executor = executor;
	}

	/**
	 * Sends commands whose replies belong to this transfer.
	 * @param connection the connection
	 * @return the connection to send them with
	 */
	public RedisConnection over(RedisConnection connection) {
		return new Measured(connection);
	}

	/** Some bytes arrived. Called by the thread that reads. */
	void arrived() {
		long now = System.nanoTime();
		this.arrivedAt = now;
		if (!this.begun) {
			this.begunAt = now;
			this.begun = true;
		}
	}

	/** Whether the server has begun to answer, so that it does not hang. */
	boolean hasBegun() {
		return this.begun;
	}

	/** The time from the first byte until now. */
	Duration lasted() {
		return this.begun ? Duration.ofNanos(System.nanoTime() - this.begunAt) : Duration.ZERO;
	}

	/**
	 * Calls back when waiting is of no use any more.
	 * @param giveUp is called again when the time is over
	 * @return whether it is worth waiting
	 */
	boolean waits(Runnable giveUp) {
		long nanos = this.begun ? Math.min(this.arrivedAt + this.silence.toNanos() - System.nanoTime(),
				this.begunAt + this.longest.toNanos() - System.nanoTime()) : 0;
		if (nanos <= 0) {
			return false;
		}
		CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, this.executor).execute(giveUp);
		return true;
	}

	private final class Measured implements RedisConnection {

		private final RedisConnection connection;

		Measured(RedisConnection connection) {
			this.connection = connection;
		}

		@Override
		public <T> CompletableFuture<T> send(Command<T> command) {
			return this.connection.send(command.transfer(Transfer.this));
		}

		@Override
		public <T> List<CompletableFuture<T>> sendAll(List<Command<T>> commands) {
			commands.forEach((command) -> command.transfer(Transfer.this));
			return this.connection.sendAll(commands);
		}

		@Override
		public CompletableFuture<Void> close() {
			return this.connection.close();
		}

	}

}
