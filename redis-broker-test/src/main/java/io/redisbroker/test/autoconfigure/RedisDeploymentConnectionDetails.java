package io.redisbroker.test.autoconfigure;

import java.util.List;

import io.redisbroker.test.RedisCluster;
import io.redisbroker.test.RedisDeployment;
import io.redisbroker.test.RedisSentinel;
import io.redisbroker.test.RedisServer;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;

/**
 * The address of a Redis for tests. As a bean it takes the place of
 * {@code spring.data.redis.*}. Immutable.
 *
 * @since 0.1.0
 */
public final class RedisDeploymentConnectionDetails implements DataRedisConnectionDetails {

	private final RedisDeployment deployment;

	private final int database;

	/**
	 * Creates the details.
	 * @param deployment the Redis to connect to
	 * @param database the number of the database; 0 in a cluster
	 */
	public RedisDeploymentConnectionDetails(RedisDeployment deployment, int database) {
		this.deployment = deployment;
		this.database = database;
	}

	@Override
	public @Nullable String getPassword() {
		return this.deployment.springProperties().get("spring.data.redis.password");
	}

	@Override
	public @Nullable Standalone getStandalone() {
		return (this.deployment instanceof RedisServer server)
				? Standalone.of(server.host(), server.port(), this.database) : null;
	}

	@Override
	public @Nullable Sentinel getSentinel() {
		return (this.deployment instanceof RedisSentinel sentinel) ? new Sentinels(sentinel, this.database) : null;
	}

	@Override
	public @Nullable Cluster getCluster() {
		return (this.deployment instanceof RedisCluster cluster) ? () -> nodes(cluster.nodes()) : null;
	}

	private static List<Node> nodes(List<RedisServer> servers) {
		return servers.stream().map((server) -> new Node(server.host(), server.port())).toList();
	}

	private record Sentinels(RedisSentinel sentinel, int database) implements Sentinel {

		@Override
		public int getDatabase() {
			return this.database;
		}

		@Override
		public String getMaster() {
			return this.sentinel.masterName();
		}

		@Override
		public List<Node> getNodes() {
			return nodes(this.sentinel.sentinels());
		}

		@Override
		public @Nullable String getUsername() {
			return null;
		}

		@Override
		public @Nullable String getPassword() {
			return null;
		}

	}

}
