package io.redisbroker.engine.stream;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

import io.lettuce.core.protocol.ProtocolVersion;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.WorkerExecutors;
import io.redisbroker.message.Delivery;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.stream.StartFrom;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.support.ConnectionKiller;
import io.redisbroker.support.Load;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What streams have beside messages, over connections that break or speak another
 * protocol.
 */
@WithRedis
class StreamConnectionIntegrationTests {

	private static final Predicate<String> BLOCKED = (connection) -> connection.contains(" flags=b ");

	@Test
	void losesNothingWithoutAGroupWhenConnectionsAreKilledUnderLoad(RedisServer redis) {
		Recorder recorder = new Recorder();
		try (TestBroker broker = new TestBroker(redis)) {
			broker.listen(StreamEndpoint.builder("listener")
				.streams("orders")
				.startFrom(StartFrom.BEGINNING)
				.settings(TestSettings.defaults().ackMode(AckMode.NONE).build())
				.handler(recorder.handler()));
			try (Load load = Load.atFullSpeed((text) -> redis.commands().xadd("orders", "payload", text))) {
				ConnectionKiller.kill(redis, 20);
				load.stop();
				await().untilAsserted(() -> assertThat(recorder.count()).isGreaterThanOrEqualTo(load.count()));
				assertThat(recorder.texts()).isEqualTo(load.sent());
			}
		}
	}

	@ParameterizedTest
	@EnumSource(ProtocolVersion.class)
	void readsEntriesOfOtherShapesWithEitherProtocol(ProtocolVersion protocol, RedisServer redis) {
		Recorder group = new Recorder();
		Recorder fanOut = new Recorder();
		LettuceClientConfiguration client = TestBroker.speaking(protocol);
		byte[] binary = new byte[256];
		IntStream.range(0, 256).forEach((i) -> binary[i] = (byte) i);
		try (TestBroker broker = new TestBroker(TestBroker.configuration(redis), client, "test",
				WorkerExecutors.platformThreads(), BrokerEvents.NONE)) {
			for (String stream : List.of("orders", "invoices")) {
				broker.broker().stream(stream).withHeader("trace", stream).send(binary);
				redis.commands().xadd(stream, "subject", "first", "body", "hello");
				redis.commands().xadd(stream, "", "");
			}
			broker.listen(StreamEndpoint.builder("group")
				.streams("orders", "invoices")
				.group("billing")
				.handler(group.handler()));
			broker.listen(StreamEndpoint.builder("fan-out")
				.streams("orders", "invoices")
				.startFrom(StartFrom.BEGINNING)
				.settings(TestSettings.defaults().ackMode(AckMode.NONE).build())
				.handler(fanOut.handler()));
			await().until(() -> group.count() == 6 && fanOut.count() == 6);
			for (String stream : List.of("orders", "invoices")) {
				assertShapes(stream, group, binary);
				assertShapes(stream, fanOut, binary);
			}
			await().until(() -> redis.commands().xpending("orders", "billing").getCount() == 0);
			String resp = (protocol == ProtocolVersion.RESP2) ? "resp=2" : "resp=3";
			await().untilAsserted(() -> assertThat(redis.commands().clientList().lines().filter(BLOCKED)).isNotEmpty()
				.allMatch((connection) -> connection.contains(resp)));
		}
	}

	private static void assertShapes(String stream, Recorder recorder, byte[] binary) {
		List<Delivery> deliveries = recorder.deliveries()
			.stream()
			.filter((delivery) -> delivery.source().equals(stream))
			.toList();
		assertThat(deliveries.get(0).payload()).isEqualTo(binary);
		assertThat(deliveries.get(0).headers()).containsOnlyKeys("trace").containsValue(stream);
		assertThat(deliveries.get(1).payload()).isNull();
		assertThat(deliveries.get(1).fields()).hasSize(2)
			.containsEntry("subject", "first")
			.containsEntry("body", "hello");
		assertThat(deliveries.get(2).fields()).hasSize(1).containsEntry("", "");
	}

}
