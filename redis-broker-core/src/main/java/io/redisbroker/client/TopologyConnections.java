package io.redisbroker.client;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.lettuce.core.api.StatefulConnection;

/**
 * Connections for questions to nodes about their cluster. They are kept for a while after
 * each question, so that a cluster in trouble is not flooded with new connections.
 * Thread-safe.
 */
public final class TopologyConnections {

	/** How long a connection is kept after the last question. */
	static final Duration KEPT = Duration.ofSeconds(10);

	private final Map<String, CompletableFuture<StatefulConnection<byte[], byte[]>>> connections = new ConcurrentHashMap<>();

	private final Function<String, CompletionStage<? extends StatefulConnection<byte[], byte[]>>> connector;

	public TopologyConnections(
			Function<String, CompletionStage<? extends StatefulConnection<byte[], byte[]>>> connector) {
		this.connector = connector;
	}

	CompletableFuture<StatefulConnection<byte[], byte[]>> to(String node) {
		return this.connections.computeIfAbsent(node, this::connect).copy();
	}

	private CompletableFuture<StatefulConnection<byte[], byte[]>> connect(String node) {
		return this.connector.apply(node)
			.<StatefulConnection<byte[], byte[]>>thenApply((connection) -> connection)
			.toCompletableFuture();
	}

	/** Closes a connection that gave no answer. */
	void forget(String node) {
		CompletableFuture<StatefulConnection<byte[], byte[]>> connection = this.connections.remove(node);
		if (connection != null) {
			connection.thenAccept(StatefulConnection::closeAsync);
		}
	}

	void forgetAll() {
		this.connections.keySet().forEach(this::forget);
	}

}
