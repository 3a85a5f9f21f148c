package io.redisbroker.test;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RedisSentinel}.
 */
@WithRedis(topology = RedisTopology.SENTINEL, persistent = true)
class RedisSentinelIntegrationTests {

	private static final Duration ELECTION = Duration.ofSeconds(30);

	private final RedisSentinel sentinel;

	RedisSentinelIntegrationTests(RedisSentinel sentinel) {
		this.sentinel = sentinel;
	}

	@Test
	void hasAPrimaryWithAReplicaAndThreeSentinels() {
		assertThat(this.sentinel.nodes()).hasSize(2);
		assertThat(this.sentinel.sentinelPorts()).hasSize(3).doesNotHaveDuplicates();
		assertThat(this.sentinel.primary().info("replication")).containsEntry("role", "master")
			.containsEntry("connected_slaves", "1");
		assertThat(this.sentinel.replicas()).hasSize(1).doesNotContain(this.sentinel.primary());
	}

	@Test
	void leadsClientsToThePrimary() {
		RedisURI uri = RedisURI.builder()
			.withSentinel("127.0.0.1", this.sentinel.sentinelPorts().get(0))
			.withSentinelMasterId(this.sentinel.masterName())
			.build();
		try (RedisClient client = RedisClient.create(uri);
				StatefulRedisConnection<String, String> connection = client.connect()) {
			connection.sync().set("key", "value");
		}
		assertThat(this.sentinel.primary().commands().get("key")).isEqualTo("value");
		assertThat(this.sentinel.springProperties()).containsEntry("spring.data.redis.sentinel.master", "mymaster")
			.containsKey("spring.data.redis.sentinel.nodes");
	}

	@Test
	void failsOverOnRequest() {
		RedisServer old = this.sentinel.primary();
		RedisServer promoted = this.sentinel.failover();
		assertThat(promoted).isNotSameAs(old).isSameAs(this.sentinel.primary());
		assertThat(promoted.info("replication")).containsEntry("role", "master");
		this.sentinel.awaitHealthy();
		assertThat(old.info("replication")).containsEntry("role", "slave");
	}

	@Test
	void promotesTheReplicaWhenThePrimaryIsKilled() {
		RedisServer old = this.sentinel.primary();
		old.commands().set("key", "value");
		assertThat(old.commands().waitForReplication(1, 5000)).isEqualTo(1);
		old.kill();
		await().atMost(ELECTION).until(() -> this.sentinel.primary() != old);
		this.sentinel.awaitHealthy();
		assertThat(this.sentinel.primary().commands().get("key")).isEqualTo("value");
	}

	@Test
	void removesAllKeysFromReplicasToo() {
		RedisServer replica = this.sentinel.replicas().get(0);
		this.sentinel.primary().commands().set("key", "value");
		await().until(() -> replica.commands().dbsize() == 1);
		replica.freeze();
		CompletableFuture<Void> flushed = CompletableFuture.runAsync(this.sentinel::flushAll);
		await().during(Duration.ofMillis(300)).until(() -> !flushed.isDone());
		replica.resume();
		flushed.join();
		assertThat(replica.commands().dbsize()).isZero();
	}

	@Test
	void promotesTheReplicaWhenThePrimaryIsFrozen() {
		RedisServer old = this.sentinel.primary();
		old.freeze();
		await().atMost(ELECTION).until(() -> this.sentinel.primary() != old);
		old.resume();
		this.sentinel.heal();
		assertThat(this.sentinel.replicas()).containsExactly(old);
	}

	@Test
	void survivesTheLossOfASentinel() {
		this.sentinel.sentinels().get(0).kill();
		RedisServer old = this.sentinel.primary();
		old.kill();
		await().atMost(ELECTION).until(() -> this.sentinel.primary() != old);
	}

	@Test
	void takesAPasswordAndMoreReplicas() {
		try (RedisSentinel other = RedisSentinel.builder()
			.password("secret")
			.replicas(2)
			.sentinels(1)
			.masterName("other")
			.start()) {
			assertThat(other.replicas()).hasSize(2);
			assertThat(other.primary().commands().ping()).isEqualTo("PONG");
			assertThat(other.springProperties()).containsEntry("spring.data.redis.sentinel.master", "other")
				.containsEntry("spring.data.redis.password", "secret");
		}
	}

}
