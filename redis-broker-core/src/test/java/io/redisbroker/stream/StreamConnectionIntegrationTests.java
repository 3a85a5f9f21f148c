package io.redisbroker.stream;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.protocol.ProtocolVersion;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.DeliveryHandler.DeliveryListener;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerRuntime.WorkerExecutors;
import io.redisbroker.message.Delivery;
import io.redisbroker.settlement.AckMode;
import io.redisbroker.support.CapturedLog;
import io.redisbroker.support.ConnectionKiller;
import io.redisbroker.support.Load;
import io.redisbroker.support.RecordedEvents;
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
 * Connections that break, are slow or speak another protocol.
 */
@WithRedis
class StreamConnectionIntegrationTests {

	private final RecordedEvents events = new RecordedEvents();

	@Test
	void losesAndRepeatsNothingWhenConnectionsAreKilledUnderLoad(RedisServer redis) {
		Recorder recorder = new Recorder();
		try (TestBroker broker = new TestBroker(redis, "test", this.events);
				Load load = Load.atFullSpeed((text) -> redis.commands().xadd("orders", "payload", text))) {
			listen(broker, "orders", recorder.handler(), TestSettings.defaults().concurrency(2));
			ConnectionKiller.kill(redis, 40);
			load.stop();
			await().untilAsserted(() -> assertThat(recorder.count()).isGreaterThanOrEqualTo(load.count()));
			await().until(() -> redis.commands().xpending("orders", "billing").getCount() == 0);
			assertThat(recorder.difference(load.sent())).isEmpty();
		}
		assertThat(this.events.disconnected()).isPositive().isEqualTo(this.events.reconnected());
		assertThat(this.events.lost()).isZero();
	}

	@Test
	void losesNothingOfWhatIsTriedAgainWhenConnectionsAreKilledUnderLoad(RedisServer redis) {
		Recorder handled = new Recorder();
		DeliveryListener remember = handled.listener();
		DeliveryHandler handler = DeliveryHandler.of((delivery, acknowledgment) -> {
			if (delivery.deliveryCount() == 1 && delivery.text().endsWith("0")) {
				throw new IllegalStateException();
			}
			remember.onDelivery(delivery, acknowledgment);
		});
		try (TestBroker broker = new TestBroker(redis, "test", this.events);
				Load load = Load.every(Duration.ofMillis(1),
						(text) -> redis.commands().xadd("orders", "payload", text))) {
			listen(broker, "orders", handler,
					TestSettings.defaults().concurrency(2).maxDeliveries(100).backoff(TestSettings.NO_PAUSE));
			ConnectionKiller.kill(redis, 40);
			load.stop();
			await().atMost(Duration.ofSeconds(20))
				.untilAsserted(() -> assertThat(handled.count()).isGreaterThanOrEqualTo(load.count()));
			await().until(() -> redis.commands().xpending("orders", "billing").getCount() == 0);
			assertThat(handled.difference(load.sent())).isEmpty();
		}
	}

	@Test
	void losesNothingWithoutAGroupWhenConnectionsAreKilledUnderLoad(RedisServer redis) {
		Recorder recorder = new Recorder();
		try (TestBroker broker = new TestBroker(redis, "test", this.events)) {
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

	@Test
	void isNotDisturbedByACommandTimeoutShorterThanTheWaitInRedis(RedisServer redis) {
		Recorder recorder = new Recorder();
		LettuceClientConfiguration client = LettuceClientConfiguration.builder()
			.commandTimeout(Duration.ofMillis(500))
			.build();
		try (CapturedLog log = new CapturedLog(); TestBroker broker = broker(redis, client)) {
			ListenerContainer container = listen(broker, "orders", recorder.handler(), TestSettings.defaults());
			await().during(Duration.ofSeconds(7)).atMost(Duration.ofSeconds(20)).until(container::isConnected);
			broker.broker().stream("orders").send("after");
			await().until(() -> recorder.count() == 1);
			assertThat(log.warnings()).isEmpty();
		}
		assertThat(this.events.disconnected()).isZero();
	}

	@Test
	void startsByItselfWhenRedisIsThere(RedisServer redis) {
		Recorder recorder = new Recorder();
		LettuceClientConfiguration client = LettuceClientConfiguration.builder()
			.commandTimeout(Duration.ofMillis(500))
			.build();
		redis.stop();
		try (TestBroker broker = broker(redis, client)) {
			ListenerContainer container = listen(broker, "orders", recorder.handler(), TestSettings.defaults());
			assertThat(container.isRunning()).isTrue();
			assertThat(container.isConnected()).isFalse();
			assertThat(this.events.disconnected()).isOne();
			redis.restart();
			redis.commands().xadd("orders", "payload", "x");
			await().until(() -> recorder.count() == 1);
			assertThat(container.isConnected()).isTrue();
			assertThat(this.events.reconnected()).isOne();
		}
	}

	@ParameterizedTest
	@EnumSource(ProtocolVersion.class)
	void readsEntriesOfEveryShapeWithEitherProtocol(ProtocolVersion protocol, RedisServer redis) {
		Recorder group = new Recorder();
		Recorder fanOut = new Recorder();
		LettuceClientConfiguration client = LettuceClientConfiguration.builder()
			.clientOptions(ClientOptions.builder().protocolVersion(protocol).build())
			.build();
		byte[] binary = new byte[256];
		IntStream.range(0, 256).forEach((i) -> binary[i] = (byte) i);
		try (TestBroker broker = broker(redis, client)) {
			for (String stream : List.of("orders", "invoices")) {
				broker.broker().stream(stream).withHeader("trace", stream).send(binary);
				redis.commands().xadd(stream, "subject", "first", "body", "hello");
				redis.commands().xadd(stream, "", "");
				broker.broker().stream(stream).send("");
				broker.broker().stream(stream).sendAll(IntStream.range(0, 500).mapToObj((i) -> "m-" + i).toList());
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
			await().until(() -> group.count() == 1008 && fanOut.count() == 1008);
			for (String stream : List.of("orders", "invoices")) {
				assertShapes(stream, group, binary);
				assertShapes(stream, fanOut, binary);
			}
			await().until(() -> redis.commands().xpending("orders", "billing").getCount() == 0);
			assertThat(redis.commands().clientList()).contains("resp=" + (protocol == ProtocolVersion.RESP2 ? 2 : 3));
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
		assertThat(deliveries.get(3).text()).isEmpty();
		assertThat(deliveries.subList(4, 504)).extracting(Delivery::text)
			.isEqualTo(IntStream.range(0, 500).mapToObj((i) -> "m-" + i).toList());
	}

	private TestBroker broker(RedisServer redis, LettuceClientConfiguration client) {
		return new TestBroker(TestBroker.configuration(redis), client, "test", WorkerExecutors.platformThreads(),
				this.events);
	}

	private static ListenerContainer listen(TestBroker broker, String stream, DeliveryHandler handler,
			TestSettings settings) {
		return broker.listen(StreamEndpoint.builder("listener")
			.streams(stream)
			.group("billing")
			.settings(settings.build())
			.handler(handler));
	}

}
