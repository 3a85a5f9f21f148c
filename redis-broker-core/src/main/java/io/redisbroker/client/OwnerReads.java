package io.redisbroker.client;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.SlotHash;
import org.jspecify.annotations.Nullable;

/**
 * The connections on which consumers wait in Redis, each at the owner of a slot. A
 * connection whose slot has another owner is closed, so that its consumer connects anew.
 * A node that works redirects by itself and gets a moment for it, since its reply may be
 * on the way. Thread-safe.
 */
final class OwnerReads {

	/**
	 * Short, because a consumer retries with pauses of its own and can be stopped in
	 * between.
	 */
	private static final Duration FOR_AN_OWNER = Duration.ofSeconds(2);

	private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(500);

	private final ClusterKnowledge knowledge;

	private final Function<String, CompletionStage<? extends StatefulConnection<byte[], byte[]>>> connector;

	private final Set<Read> reads = ConcurrentHashMap.newKeySet();

	OwnerReads(ClusterKnowledge knowledge,
			Function<String, CompletionStage<? extends StatefulConnection<byte[], byte[]>>> connector) {
		this.knowledge = knowledge;
		this.connector = connector;
	}

	/**
	 * Connects to the owner of a key, and waits for it.
	 * @param key the key
	 * @return the connection
	 */
	StatefulConnection<byte[], byte[]> connect(String key) {
		int slot = SlotHash.getSlot(key);
		Read read = new Read(slot, this.knowledge.awaitOwnerOf(slot, FOR_AN_OWNER));
		this.reads.add(read);
		try {
			this.connector.apply(read.node).whenComplete((connection, failure) -> opened(read, connection, failure));
			return read.connection.join();
		}
		catch (RuntimeException ex) {
			this.reads.remove(read);
			throw ex;
		}
	}

	private void opened(Read read, @Nullable StatefulConnection<byte[], byte[]> connection,
			@Nullable Throwable failure) {
		if (connection == null) {
			read.connection
				.completeExceptionally(LettuceConnection.unsent("Unable to connect to " + read.node, failure));
			return;
		}
		connection.addListener(new RedisConnectionStateListener() {

			@Override
			public void onRedisDisconnected(RedisChannelHandler<?, ?> channel) {
				OwnerReads.this.reads.remove(read);
			}

		});
		if (!read.connection.complete(connection)) {
			connection.closeAsync();
		}
		if (!connection.isOpen()) {
			this.reads.remove(read);
		}
	}

	/** The connection for a key failed. */
	void doubt(String key) {
		this.knowledge.doubt(SlotHash.getSlot(key), null);
	}

	/** The nodes at which consumers wait. */
	Set<String> nodes() {
		Set<String> nodes = ConcurrentHashMap.newKeySet();
		this.reads.forEach((read) -> nodes.add(read.node));
		return nodes;
	}

	/**
	 * Closes connections whose slot has another owner.
	 * @param now the {@code nanoTime}
	 * @param late the nodes that are late with a reply
	 */
	void look(long now, Set<String> late) {
		for (Read read : this.reads) {
			String owner = this.knowledge.view().ownerOf(read.slot);
			if (owner == null || owner.equals(read.node)) {
				read.misplacedSince = 0;
			}
			else if (read.misplacedSince == 0) {
				read.misplacedSince = now;
			}
			if (read.misplacedSince != 0 && (late.contains(read.node) || now - read.misplacedSince > MOMENT)) {
				this.reads.remove(read);
				abandon(read);
			}
		}
	}

	private static void abandon(Read read) {
		read.connection
			.completeExceptionally(LettuceConnection.unsent("Another node has taken over from " + read.node, null));
		if (!read.connection.isCompletedExceptionally()) {
			read.connection.thenAccept(StatefulConnection::closeAsync);
		}
	}

	/** A connection of a consumer. */
	private static final class Read {

		private final int slot;

		private final String node;

		private final CompletableFuture<StatefulConnection<byte[], byte[]>> connection = new CompletableFuture<>();

		/** As {@code nanoTime}; 0 where it belongs. Used by one thread. */
		private long misplacedSince;

		Read(int slot, String node) {
			this.slot = slot;
			this.node = node;
		}

	}

}
