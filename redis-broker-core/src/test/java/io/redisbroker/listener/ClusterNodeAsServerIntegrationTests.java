package io.redisbroker.listener;

import java.util.List;

import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisCluster;
import io.redisbroker.test.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An application connects to a node of a cluster as to a single server, as the addresses
 * of managed services suggest.
 */
class ClusterNodeAsServerIntegrationTests {

	private static RedisCluster cluster;

	private final Recorder recorder = new Recorder();

	@BeforeAll
	static void start() {
		cluster = RedisCluster.builder().primaries(3).replicasPerPrimary(0).start();
	}

	@AfterAll
	static void stop() {
		cluster.close();
	}

	@ParameterizedTest
	@EnumSource
	void consumesWhatTheNodeHas(TestedTransport transport) {
		try (TestBroker broker = broker(cluster.primaryOf("orders"))) {
			broker.listen(transport.endpoint("orders", ListenerSettings.DEFAULTS, this.recorder.handler()));
			transport.send(broker.broker(), "orders", List.of("one", "two"));
			await().until(() -> this.recorder.count() == 2);
		}
		cluster.flushAll();
	}

	@Test
	void consumesSeveralStreamsOfOneSlot() {
		try (TestBroker broker = broker(cluster.primaryOf("{orders}:new"))) {
			broker.listen(TestedTransport.STREAM.endpoint(List.of("{orders}:new", "{orders}:old"),
					ListenerSettings.DEFAULTS, this.recorder.handler()));
			TestedTransport.STREAM.send(broker.broker(), "{orders}:new", List.of("one"));
			TestedTransport.STREAM.send(broker.broker(), "{orders}:old", List.of("two"));
			await().until(() -> this.recorder.count() == 2);
		}
		cluster.flushAll();
	}

	@Test
	void refusesStreamsInDifferentSlots() {
		ListenerEndpoint endpoint = TestedTransport.STREAM.endpoint(List.of("orders", "invoices"),
				ListenerSettings.DEFAULTS, this.recorder.handler());
		isRefused(cluster.primaryOf("orders"), endpoint);
	}

	@Test
	void refusesStreamsInDifferentSlotsWithoutAGroup() {
		isRefused(cluster.primaryOf("orders"),
				StreamEndpoint.builder("worker")
					.streams("orders", "invoices")
					.settings(TestSettings.defaults().ackMode(AckMode.NONE).build())
					.handler(this.recorder.handler()));
	}

	@ParameterizedTest
	@EnumSource
	void refusesWhatAnotherNodeHas(TestedTransport transport) {
		RedisServer other = cluster.primaries()
			.stream()
			.filter((node) -> node.port() != cluster.primaryOf("orders").port())
			.findFirst()
			.orElseThrow();
		isRefused(other, transport.endpoint("orders", ListenerSettings.DEFAULTS, this.recorder.handler()));
	}

	@ParameterizedTest
	@EnumSource
	void refusesDeadLettersInAnotherSlot(TestedTransport transport) {
		isRefused(cluster.primaryOf("orders"), transport.endpoint("orders",
				TestSettings.defaults().deadLetters("letters").build(), this.recorder.handler()));
	}

	private static void isRefused(RedisServer node, ListenerEndpoint endpoint) {
		try (TestBroker broker = broker(node)) {
			assertThatExceptionOfType(BrokerConfigurationException.class).isThrownBy(() -> broker.listen(endpoint))
				.withMessageContaining("Listener 'worker': Redis runs in cluster mode")
				.satisfies((failure) -> assertThat(failure.action()).contains("spring.data.redis.cluster.nodes"));
		}
	}

	private static TestBroker broker(RedisServer node) {
		return new TestBroker(new RedisStandaloneConfiguration(node.host(), node.port()), "test",
				WorkerExecutors.platformThreads(), BrokerEvents.NONE);
	}

}
