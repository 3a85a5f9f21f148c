package io.redisbroker.test;

import java.util.stream.IntStream;

import io.lettuce.core.RedisCommandExecutionException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RedisCluster}.
 */
@WithRedis(topology = RedisTopology.CLUSTER, options = "cluster-node-timeout 1000")
class RedisClusterIntegrationTests {

	private final RedisCluster cluster;

	RedisClusterIntegrationTests(RedisCluster cluster) {
		this.cluster = cluster;
	}

	@Test
	void hasThreePrimariesWithAReplicaEach() {
		assertThat(this.cluster.nodes()).hasSize(6);
		assertThat(this.cluster.primaries()).hasSize(3)
			.allSatisfy((primary) -> assertThat(this.cluster.replicasOf(primary)).hasSize(1));
		assertThat(this.cluster.nodes().get(0).commands().clusterInfo()).contains("cluster_state:ok")
			.contains("cluster_slots_ok:16384");
	}

	@Test
	void appliesOptionsToEveryNode() {
		assertThat(this.cluster.nodes())
			.allSatisfy((node) -> assertThat(node.commands().configGet("cluster-node-timeout"))
				.containsEntry("cluster-node-timeout", "1000"));
	}

	@Test
	void findsTheOwnerOfAKey() {
		RedisServer owner = this.cluster.primaryOf("orders");
		owner.commands().set("orders", "value");
		this.cluster.primaries()
			.stream()
			.filter((primary) -> primary != owner)
			.forEach((other) -> assertThatExceptionOfType(RedisCommandExecutionException.class)
				.isThrownBy(() -> other.commands().get("orders"))
				.withMessageStartingWith("MOVED"));
		assertThat(this.cluster.commands().get("orders")).isEqualTo("value");
	}

	@Test
	void replicatesToTheReplica() {
		RedisServer replica = this.cluster.replicaOf(this.cluster.primaryOf("orders"));
		this.cluster.commands().set("orders", "value");
		replica.commands().readOnly();
		await().until(() -> "value".equals(replica.commands().get("orders")));
	}

	@Test
	void failsOverToTheReplicaWithoutLosingData() {
		RedisServer old = this.cluster.primaryOf("orders");
		RedisServer replica = this.cluster.replicaOf(old);
		this.cluster.commands().set("orders", "value");
		assertThat(this.cluster.failover(old)).isSameAs(replica);
		assertThat(this.cluster.primaryOf("orders")).isSameAs(replica);
		assertThat(this.cluster.replicasOf(replica)).containsExactly(old);
		assertThat(replica.commands().get("orders")).isEqualTo("value");
	}

	@Test
	void failsOverFromAFrozenPrimary() {
		RedisServer old = this.cluster.primaryOf("orders");
		old.freeze();
		RedisServer promoted = this.cluster.failover(old);
		assertThat(this.cluster.primaryOf("orders")).isSameAs(promoted).isNotSameAs(old);
	}

	@Test
	void electsAnotherPrimaryWhenOneIsKilled() {
		RedisServer old = this.cluster.primaryOf("orders");
		RedisServer replica = this.cluster.replicaOf(old);
		old.kill();
		assertThat(this.cluster.primaryOf("orders")).isSameAs(old);
		this.cluster.awaitHealthy();
		assertThat(this.cluster.primaryOf("orders")).isSameAs(replica);
		old.restart();
		this.cluster.awaitHealthy();
		assertThat(this.cluster.replicasOf(replica)).containsExactly(old);
	}

	@Test
	void migratesASlotWithItsKeys() {
		int slot = RedisCluster.slotOf("{orders}:1");
		IntStream.range(0, 250).forEach((key) -> this.cluster.commands().set("{orders}:" + key, "value " + key));
		RedisServer source = this.cluster.ownerOf(slot);
		RedisServer target = this.cluster.primaries().stream().filter((node) -> node != source).findFirst().get();
		this.cluster.migrateSlot(slot, target);
		assertThat(this.cluster.ownerOf(slot)).isSameAs(target);
		assertThat(target.commands().clusterCountKeysInSlot(slot)).isEqualTo(250);
		assertThat(source.commands().dbsize()).isZero();
		assertThat(target.commands().get("{orders}:249")).isEqualTo("value 249");
		assertThat(this.cluster.commands().get("{orders}:249")).isEqualTo("value 249");
		this.cluster.migrateSlot(slot, source);
		assertThat(this.cluster.ownerOf(slot)).isSameAs(source);
	}

	@Test
	void migratesOnlyToPrimariesOfItsOwn() {
		RedisServer replica = this.cluster.replicaOf(this.cluster.primaries().get(0));
		assertThatIllegalArgumentException().isThrownBy(() -> this.cluster.migrateSlot(0, replica))
			.withMessageContaining("is a replica");
		try (RedisServer stranger = RedisServer.start()) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.cluster.migrateSlot(0, stranger))
				.withMessageContaining("not a node of this cluster");
		}
	}

	@Test
	void healBringsAllNodesBack() {
		RedisServer killed = this.cluster.primaries().get(0);
		RedisServer frozen = this.cluster.replicaOf(this.cluster.primaries().get(1));
		killed.kill();
		frozen.freeze();
		this.cluster.heal();
		assertThat(this.cluster.nodes()).allMatch(RedisServer::isRunning).noneMatch(RedisServer::isFrozen);
		assertThat(this.cluster.primaries()).hasSize(3);
	}

	@Test
	void flushesAllPrimaries() {
		IntStream.range(0, 50).forEach((key) -> this.cluster.commands().set("key" + key, "value"));
		this.cluster.flushAll();
		assertThat(this.cluster.commands().dbsize()).isZero();
	}

	@Test
	void comesInOtherSizesAndWithAPassword() {
		try (RedisCluster small = RedisCluster.builder()
			.primaries(2)
			.replicasPerPrimary(0)
			.password("secret")
			.persistent(true)
			.start()) {
			assertThat(small.nodes()).hasSize(2).isEqualTo(small.primaries());
			assertThatExceptionOfType(RedisServerException.class)
				.isThrownBy(() -> small.replicaOf(small.nodes().get(0)))
				.withMessageContaining("no replica");
			small.commands().set("{orders}", "value");
			int slot = RedisCluster.slotOf("{orders}");
			RedisServer source = small.ownerOf(slot);
			RedisServer target = small.nodes().stream().filter((node) -> node != source).findFirst().get();
			small.migrateSlot(slot, target);
			target.kill();
			target.restart();
			small.awaitHealthy();
			assertThat(target.commands().get("{orders}")).isEqualTo("value");
			assertThat(small.springProperties()).containsEntry("spring.data.redis.password", "secret")
				.containsEntry("spring.data.redis.cluster.nodes",
						"127.0.0.1:" + small.nodes().get(0).port() + ",127.0.0.1:" + small.nodes().get(1).port());
		}
	}

}
