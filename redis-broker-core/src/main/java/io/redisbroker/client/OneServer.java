package io.redisbroker.client;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.lettuce.core.RedisURI;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;

/**
 * Without a cluster everything is served by one server, which each new connection finds
 * anew: behind Sentinels, the primary of that moment.
 */
final class OneServer implements Placement {

	private static final String NODE = "Redis";

	private final Supplier<StatefulRedisPubSubConnection<String, byte[]>> connector;

	private final Executor executor;

	/** The driver asks one after the other, and waits long for one that hangs. */
	private final List<RedisURI> sentinels;

	OneServer(Supplier<StatefulRedisPubSubConnection<String, byte[]>> connector, Executor executor,
			List<RedisURI> sentinels) {
		this.connector = connector;
		this.executor = executor;
		this.sentinels = sentinels;
	}

	@Override
	public String nodeFor(Topic topic) {
		return NODE;
	}

	@Override
	public CompletableFuture<StatefulRedisPubSubConnection<String, byte[]>> connect(String node) {
		return CompletableFuture.supplyAsync(this.connector, this.executor);
	}

	/** The next try begins with another Sentinel. */
	@Override
	public void unreachable(String node) {
		Collections.rotate(this.sentinels, -1);
	}

}
