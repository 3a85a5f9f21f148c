package io.redisbroker.engine.channel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.redisbroker.test.RedisCluster;
import io.redisbroker.test.RedisServer;

/**
 * Publishes on sharded channels over one connection per node, and tries the next node
 * after each failure. So it depends on no topology that a driver believes in.
 */
final class ClusterWay implements SteadyPublisher.Way, AutoCloseable {

	/** A script is refused by replicas, which would publish to nobody but their own. */
	private static final String PUBLISH = "return redis.call('SPUBLISH', KEYS[1], ARGV[1])";

	private final RedisClient client = RedisClient.create();

	private final List<StatefulRedisConnection<String, String>> nodes = new ArrayList<>();

	private final List<String> ports = new ArrayList<>();

	private final Map<String, Integer> believed = new ConcurrentHashMap<>();

	ClusterWay(RedisCluster redis) {
		this.client.setOptions(ClientOptions.builder()
			.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
			.socketOptions(SocketOptions.builder().connectTimeout(Duration.ofMillis(500)).build())
			.timeoutOptions(TimeoutOptions.enabled(Duration.ofMillis(150)))
			.build());
		for (RedisServer node : redis.nodes()) {
			this.nodes.add(this.client.connect(node.uri()));
			this.ports.add(":" + node.port());
		}
	}

	@Override
	public CompletionStage<?> publish(String channel, String message) {
		int node = this.believed.getOrDefault(channel, 0);
		return publishAt(node, channel, message).whenComplete((receivers, failure) -> {
			if (failure != null) {
				this.believed.replace(channel, node, next(node, String.valueOf(failure.getMessage())));
				this.believed.putIfAbsent(channel, next(node, String.valueOf(failure.getMessage())));
			}
		});
	}

	private CompletionStage<Long> publishAt(int node, String channel, String message) {
		try {
			return this.nodes.get(node)
				.async()
				.eval(PUBLISH, ScriptOutputType.INTEGER, new String[] { channel }, message);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private int next(int node, String failure) {
		for (int i = 0; i < this.ports.size(); i++) {
			if (failure.startsWith("MOVED") && failure.endsWith(this.ports.get(i))) {
				return i;
			}
		}
		return (node + 1) % this.ports.size();
	}

	@Override
	public void close() {
		this.client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
	}

}
