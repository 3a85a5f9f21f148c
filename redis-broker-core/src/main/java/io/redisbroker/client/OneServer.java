package io.redisbroker.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;

/**
 * Without a cluster everything is served by one server, which each new connection finds
 * anew: behind Sentinels, the primary of that moment.
 */
final class OneServer implements Placement {

	private static final String NODE = "Redis";

	private final Supplier<StatefulRedisPubSubConnection<String, byte[]>> connector;

	private final Executor executor;

	OneServer(Supplier<StatefulRedisPubSubConnection<String, byte[]>> connector, Executor executor) {
		this.connector = connector;
		this.executor = executor;
	}

	@Override
	public String nodeFor(Topic topic) {
		return NODE;
	}

	@Override
	public CompletableFuture<StatefulRedisPubSubConnection<String, byte[]>> connect(String node) {
		return CompletableFuture.supplyAsync(this.connector, this.executor);
	}

}
