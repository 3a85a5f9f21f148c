package io.redisbroker.admin;

import java.time.Duration;
import java.util.List;

import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.test.RedisCluster;
import io.redisbroker.test.RedisTopology;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Looks into sources of which each is on another node.
 */
@WithRedis(topology = RedisTopology.CLUSTER)
class ClusterLookIntegrationTests {

	@Test
	void looksIntoQueuesOnAllNodes(RedisCluster redis) {
		List<String> queues = List.of("orders", "invoices", "{eu}refunds");
		assertThat(queues.stream().map(redis::primaryOf).distinct()).as("nodes").hasSizeGreaterThan(1);
		try (TestBroker broker = new TestBroker(redis)) {
			broker.registry()
				.add(QueueEndpoint.builder("worker")
					.queues(queues.toArray(String[]::new))
					.handler(new Recorder().handler()));
			Sources sources = broker.sources();
			for (String queue : queues) {
				broker.broker().queue(queue).send("now");
				broker.broker().queue(queue).sendDelayed("later", Duration.ofHours(1));
				assertThat(sources.waiting(queue, null, 10).items()).hasSize(1);
				assertThat(sources.delayed(queue, null, 10).items()).hasSize(1);
				assertThat(sources.leased(queue, null, 10).items()).isEmpty();
			}
			assertThat(sources.backlog("worker").join()).containsOnlyKeys(queues);
		}
	}

	@Test
	void looksIntoStreamsOnAllNodes(RedisCluster redis) {
		List<String> streams = List.of("trades", "quotes", "{eu}fills");
		Recorder recorder = new Recorder();
		try (TestBroker broker = new TestBroker(redis)) {
			streams.forEach((stream) -> broker.broker().stream(stream).send("x"));
			broker.listen(StreamEndpoint.builder("worker")
				.streams(streams.toArray(String[]::new))
				.group("workers")
				.handler(recorder.handler()));
			await().until(() -> recorder.count() == 3);
			Sources sources = broker.sources();
			for (String stream : streams) {
				assertThat(sources.entries(stream, EntryRange.ALL, null, 10).items()).hasSize(1);
				await().untilAsserted(
						() -> assertThat(sources.pending(stream, "workers", PendingFilter.ALL, null, 10).items())
							.isEmpty());
				assertThat(sources.groups(stream)).singleElement()
					.satisfies((group) -> assertThat(group.lag()).isZero());
				assertThat(sources.consumers(stream, "workers")).hasSize(1);
			}
		}
	}

}
