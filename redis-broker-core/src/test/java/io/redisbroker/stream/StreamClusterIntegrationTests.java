package io.redisbroker.stream;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.lettuce.core.Range;
import io.redisbroker.listener.BrokerConfigurationException;
import io.redisbroker.support.Load;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.test.RedisCluster;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.RedisTopology;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Streams in a cluster, while the cluster changes.
 */
@WithRedis(topology = RedisTopology.CLUSTER, options = "cluster-node-timeout 1000")
class StreamClusterIntegrationTests {

	@Test
	void goesOnWithTheReplicaWhenThePrimaryIsKilledUnderLoad(RedisCluster redis) {
		Recorder recorder = new Recorder();
		try (TestBroker broker = new TestBroker(redis)) {
			listen(broker, recorder, "orders");
			Load load = Load.every(Duration.ofMillis(1), (text) -> broker.broker().stream("orders").send(text));
			await().until(() -> recorder.count() > 300);
			RedisServer primary = redis.primaryOf("orders");
			primary.kill();
			int before = recorder.count();
			await().until(() -> recorder.count() > before + 300);
			load.stop();
			// what the old primary had not replicated is lost to Redis, and so to
			// everybody
			Set<String> kept = redis.commands()
				.xrange("orders", Range.unbounded())
				.stream()
				.map((entry) -> entry.getBody().get("payload"))
				.collect(Collectors.toSet());
			await().untilAsserted(() -> assertThat(recorder.texts()).containsAll(kept));
			await().untilAsserted(() -> assertThat(redis.commands().xpending("orders", "billing").getCount()).isZero());
		}
	}

	@Test
	void readsStreamsOfSeveralSlotsAndFollowsASlotThatMoves(RedisCluster redis) {
		Recorder recorder = new Recorder();
		try (TestBroker broker = new TestBroker(redis)) {
			listen(broker, recorder, "orders", "invoices", "parcels");
			Load load = Load.every(Duration.ofMillis(2), (text) -> {
				for (String stream : List.of("orders", "invoices", "parcels")) {
					broker.broker().stream(stream).send(stream + "-" + text);
				}
			});
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
			await().untilAsserted(() -> {
				List<String> handled = recorder.texts();
				for (String stream : List.of("orders", "invoices", "parcels")) {
					assertThat(handled).containsAll(sent.stream().map((text) -> stream + "-" + text).toList());
				}
			});
		}
	}

	@Test
	void refusesDeadLettersInAnotherSlot(RedisCluster redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			assertThatExceptionOfType(BrokerConfigurationException.class)
				.isThrownBy(() -> broker.listen(StreamEndpoint.builder("listener")
					.streams("orders")
					.group("billing")
					.settings(TestSettings.defaults().deadLetters("failed").build())
					.handler(new Recorder().handler())))
				.withMessageContaining("'failed' are in different slots of the cluster")
				.withMessageContaining("{orders}:");
		}
	}

	private static void listen(TestBroker broker, Recorder recorder, String... streams) {
		broker.listen(StreamEndpoint.builder("listener")
			.streams(streams)
			.group("billing")
			.settings(TestSettings.defaults().reclaimDelay(Duration.ofSeconds(5)).build())
			.handler(recorder.handler()));
	}

}
