package io.redisbroker.listener;

import java.time.Duration;
import java.util.List;

import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.support.Load;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisCluster;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.RedisTopology;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Listeners in a cluster that changes.
 */
@WithRedis(topology = RedisTopology.CLUSTER, options = "cluster-node-timeout 1000")
class ClusterIntegrationTests {

	private static final List<String> SOURCES = List.of("orders", "invoices", "parcels");

	@ParameterizedTest
	@EnumSource
	void goesOnWithTheReplicaWhenThePrimaryIsKilledUnderLoad(TestedTransport transport, RedisCluster redis) {
		RedisServer primary = redis.primaryOf("orders");
		RedisServer replica = redis.replicaOf(primary);
		replica.commands().readOnly();
		new KilledPrimary(redis, primary, replica, redis::commands).isSurvived(transport);
	}

	@ParameterizedTest
	@EnumSource
	void readsFromSeveralSlotsAndFollowsOneThatMoves(TestedTransport transport, RedisCluster redis) {
		Recorder recorder = new Recorder();
		ListenerSettings settings = TestSettings.defaults().reclaimDelay(Duration.ofSeconds(5)).build();
		try (TestBroker broker = new TestBroker(redis); Load load = Load.every(Duration.ofMillis(2), (text) -> {
			for (String source : SOURCES) {
				transport.send(broker.broker(), source, List.of(source + "-" + text));
			}
		})) {
			broker.listen(transport.endpoint(SOURCES, settings, recorder.handler()));
			await().until(() -> recorder.count() > 300);
			RedisServer owner = redis.primaryOf("orders");
			RedisServer target = redis.primaries()
				.stream()
				.filter((node) -> node.port() != owner.port())
				.findFirst()
				.orElseThrow();
			redis.migrateSlot(RedisCluster.slotOf("orders"), target);
			int before = recorder.count();
			await().until(() -> recorder.count() > before + 300);
			List<String> sent = load.stop();
			load.assertNothingFailed();
			await().untilAsserted(() -> {
				List<String> handled = recorder.texts();
				for (String source : SOURCES) {
					assertThat(handled).containsAll(sent.stream().map((text) -> source + "-" + text).toList());
				}
			});
		}
	}

	@ParameterizedTest
	@EnumSource
	void followsAFailoverByHandThereAndBack(TestedTransport transport, RedisCluster redis) {
		Recorder recorder = new Recorder();
		try (TestBroker broker = new TestBroker(redis);
				Load load = Load.every(Duration.ofMillis(2),
						(text) -> transport.send(broker.broker(), "orders", List.of(text)))) {
			broker.listen(transport.endpoint("orders",
					TestSettings.defaults().reclaimDelay(Duration.ofSeconds(5)).build(), recorder.handler()));
			for (int i = 0; i < 2; i++) {
				int before = recorder.count();
				await().until(() -> recorder.count() > before + 300);
				redis.failover(redis.primaryOf("orders"));
			}
			int before = recorder.count();
			await().until(() -> recorder.count() > before + 300);
			List<String> sent = load.stop();
			load.assertNothingFailed();
			await().untilAsserted(() -> assertThat(recorder.texts()).containsAll(sent));
			await().untilAsserted(() -> assertThat(transport.inFlight(redis.commands(), "orders")).isEmpty());
		}
	}

	@ParameterizedTest
	@EnumSource
	void refusesDeadLettersInAnotherSlot(TestedTransport transport, RedisCluster redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			assertThatExceptionOfType(BrokerConfigurationException.class)
				.isThrownBy(() -> broker.listen(transport.endpoint("orders",
						TestSettings.defaults().deadLetters("failed").build(), new Recorder().handler())))
				.withMessageContaining("'failed' are in different slots of the cluster")
				.withMessageContaining("{orders}:");
		}
	}

}
