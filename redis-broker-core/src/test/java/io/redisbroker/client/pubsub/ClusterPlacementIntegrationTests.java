package io.redisbroker.client.pubsub;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.redisbroker.client.ClusterKnowledge;
import io.redisbroker.client.LettuceConnection;
import io.redisbroker.client.NodeAddresses;
import io.redisbroker.client.TopologyConnections;
import io.redisbroker.client.pubsub.Topic.Kind;
import io.redisbroker.test.RedisCluster;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.RedisTopology;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where topics belong while nobody can say so, or all nodes have failed.
 */
@WithRedis(topology = RedisTopology.CLUSTER)
class ClusterPlacementIntegrationTests {

	private static final Topic SHARD = new Topic(Kind.SHARD, "prices");

	private static final Topic CHANNEL = new Topic(Kind.CHANNEL, "prices");

	private final ExecutorService executor = Executors.newCachedThreadPool();

	private RedisClient nodes;

	private ClusterPlacement placement;

	@BeforeEach
	void create(RedisCluster redis) {
		this.nodes = RedisClient.create();
		NodeAddresses addresses = new NodeAddresses(List.of(redis.nodes().get(0).uri()), Duration.ofSeconds(2));
		ClusterKnowledge knowledge = new ClusterKnowledge(addresses.seeds(),
				new TopologyConnections((node) -> this.nodes.connectAsync(ByteArrayCodec.INSTANCE, addresses.of(node))),
				this.executor);
		this.placement = new ClusterPlacement(knowledge,
				(node) -> this.nodes.connectPubSubAsync(LettuceConnection.CHANNELS, addresses.of(node)), this.executor,
				() -> {
				});
		await().until(() -> this.placement.nodeFor(SHARD) != null);
	}

	@AfterEach
	void close() {
		this.nodes.shutdown(Duration.ZERO, Duration.ofSeconds(2));
		this.executor.shutdown();
	}

	@Test
	void asksForAnOwnerUntilSomebodyAnswers(RedisCluster redis) {
		String owner = this.placement.nodeFor(SHARD);
		try {
			redis.nodes().forEach(RedisServer::freeze);
			this.placement.disown(SHARD, owner);
			await().until(() -> this.placement.failure() != null);
			assertThat(this.placement.nodeFor(SHARD)).isNull();
		}
		finally {
			redis.nodes().forEach(RedisServer::resume);
		}
		await().atMost(Duration.ofSeconds(20)).until(() -> this.placement.nodeFor(SHARD) != null);
	}

	@Test
	void triesEachNodeForAWhileWhenAllHaveFailed(RedisCluster redis) {
		for (RedisServer node : redis.nodes()) {
			this.placement.unreachable(node.host() + ":" + node.port());
		}
		String first = this.placement.nodeFor(CHANNEL);
		for (int i = 0; i < 50; i++) {
			assertThat(this.placement.nodeFor(CHANNEL)).isEqualTo(first);
		}
		this.placement.unreachable(first);
		assertThat(this.placement.nodeFor(CHANNEL)).isNotEqualTo(first);
	}

}
