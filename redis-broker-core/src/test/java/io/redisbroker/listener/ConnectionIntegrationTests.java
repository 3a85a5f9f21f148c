package io.redisbroker.listener;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.lettuce.core.KillArgs;
import io.lettuce.core.protocol.ProtocolVersion;
import io.redisbroker.listener.DeliveryHandler.DeliveryListener;
import io.redisbroker.message.Delivery;
import io.redisbroker.support.CapturedLog;
import io.redisbroker.support.ConnectionKiller;
import io.redisbroker.support.Load;
import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Connections that break, are slow or speak another protocol.
 */
@WithRedis
class ConnectionIntegrationTests {

	private static final Predicate<String> BLOCKED = (connection) -> connection.contains(" flags=b ");

	private final RecordedEvents events = new RecordedEvents();

	@ParameterizedTest
	@EnumSource
	void losesAndRepeatsNothingWhenConnectionsAreKilledUnderLoad(TestedTransport transport, RedisServer redis) {
		Recorder recorder = new Recorder();
		try (TestBroker broker = new TestBroker(redis, "test", this.events);
				Load load = Load.atFullSpeed((text) -> transport.push(redis.commands(), "orders", text))) {
			listen(transport, broker, recorder.handler(), TestSettings.defaults().concurrency(2));
			ConnectionKiller.kill(redis, 40);
			load.stop();
			await().untilAsserted(() -> assertThat(recorder.count()).isGreaterThanOrEqualTo(load.count()));
			await().until(() -> transport.inFlight(redis.commands(), "orders").isEmpty());
			assertThat(recorder.difference(load.sent())).isEmpty();
		}
		assertThat(this.events.disconnected()).isPositive().isEqualTo(this.events.reconnected());
		assertThat(this.events.lost()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void losesNothingOfWhatIsTriedAgainWhenConnectionsAreKilledUnderLoad(TestedTransport transport, RedisServer redis) {
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
						(text) -> transport.push(redis.commands(), "orders", text))) {
			listen(transport, broker, handler,
					TestSettings.defaults().concurrency(2).maxDeliveries(100).backoff(TestSettings.NO_PAUSE));
			ConnectionKiller.kill(redis, 40);
			load.stop();
			await().atMost(Duration.ofSeconds(20))
				.untilAsserted(() -> assertThat(handled.count()).isGreaterThanOrEqualTo(load.count()));
			await().until(() -> transport.inFlight(redis.commands(), "orders").isEmpty());
			assertThat(handled.difference(load.sent())).isEmpty();
		}
	}

	/** Redis closes idle connections when it has a timeout, and so do firewalls. */
	@ParameterizedTest
	@EnumSource
	void takesNoNoticeOfAConnectionThatEndsWhileNothingIsRead(TestedTransport transport, RedisServer redis) {
		CountDownLatch gate = new CountDownLatch(1);
		Recorder recorder = new Recorder((delivery, acknowledgment) -> gate.await());
		try (CapturedLog log = new CapturedLog(); TestBroker broker = new TestBroker(redis, "test", this.events)) {
			ListenerContainer container = listen(transport, broker, recorder.handler(), TestSettings.defaults());
			List<Long> ids = await().until(() -> redis.commands()
				.clientList()
				.lines()
				.filter(BLOCKED)
				.map((line) -> Long.parseLong(line.substring(line.indexOf('=') + 1, line.indexOf(' '))))
				.toList(), (blocked) -> blocked.size() == 1);
			long id = ids.get(0);
			transport.send(broker.broker(), "orders", List.of("first"));
			await().until(() -> recorder.count() == 1);
			await().until(() -> redis.commands().clientList().lines().noneMatch(BLOCKED));
			redis.commands().clientKill(KillArgs.Builder.id(id));
			await().until(() -> redis.commands().clientList().lines().noneMatch((line) -> line.startsWith("id=" + id)));
			gate.countDown();
			await().until(() -> redis.commands().clientList().lines().anyMatch(BLOCKED));
			transport.send(broker.broker(), "orders", List.of("second"));
			await().until(() -> recorder.count() == 2);
			assertThat(container.isConnected()).isTrue();
			assertThat(log.warnings()).isEmpty();
		}
		assertThat(this.events.disconnected()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void isNotDisturbedByACommandTimeoutShorterThanTheWaitInRedis(TestedTransport transport, RedisServer redis) {
		Recorder recorder = new Recorder();
		LettuceClientConfiguration client = LettuceClientConfiguration.builder()
			.commandTimeout(Duration.ofMillis(500))
			.build();
		try (CapturedLog log = new CapturedLog(); TestBroker broker = broker(redis, client)) {
			ListenerContainer container = listen(transport, broker, recorder.handler(), TestSettings.defaults());
			await().during(Duration.ofSeconds(7)).atMost(Duration.ofSeconds(20)).until(container::isConnected);
			transport.send(broker.broker(), "orders", List.of("after"));
			await().until(() -> recorder.count() == 1);
			assertThat(log.warnings()).isEmpty();
		}
		assertThat(this.events.disconnected()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void startsByItselfWhenRedisIsThere(TestedTransport transport, RedisServer redis) {
		Recorder recorder = new Recorder();
		LettuceClientConfiguration client = LettuceClientConfiguration.builder()
			.commandTimeout(Duration.ofMillis(500))
			.build();
		redis.stop();
		try (TestBroker broker = broker(redis, client)) {
			ListenerContainer container = listen(transport, broker, recorder.handler(), TestSettings.defaults());
			assertThat(container.isRunning()).isTrue();
			assertThat(container.isConnected()).isFalse();
			assertThat(this.events.disconnected()).isOne();
			redis.restart();
			transport.push(redis.commands(), "orders", "x");
			await().until(() -> recorder.count() == 1);
			assertThat(container.isConnected()).isTrue();
			assertThat(this.events.reconnected()).isOne();
		}
	}

	static Stream<Arguments> protocols() {
		return Stream.of(TestedTransport.values())
			.flatMap((transport) -> Stream.of(ProtocolVersion.values())
				.map((protocol) -> Arguments.of(transport, protocol)));
	}

	@ParameterizedTest
	@MethodSource("protocols")
	void readsEveryPayloadWithEitherProtocol(TestedTransport transport, ProtocolVersion protocol, RedisServer redis) {
		Recorder recorder = new Recorder();
		LettuceClientConfiguration client = TestBroker.speaking(protocol);
		byte[] binary = new byte[256];
		IntStream.range(0, 256).forEach((i) -> binary[i] = (byte) i);
		List<String> texts = IntStream.range(0, 500).mapToObj((i) -> "m-" + i).toList();
		List<String> sources = List.of("orders", "invoices");
		try (TestBroker broker = broker(redis, client)) {
			for (String source : sources) {
				transport.send(broker.broker(), source, Map.of("trace", source), List.of(binary));
				transport.send(broker.broker(), source, List.of(""));
				transport.send(broker.broker(), source, texts);
			}
			broker.listen(transport.endpoint(sources, ListenerSettings.DEFAULTS, recorder.handler()));
			await().until(() -> recorder.count() == 1004);
			for (String source : sources) {
				List<Delivery> deliveries = recorder.deliveries()
					.stream()
					.filter((delivery) -> delivery.source().equals(source))
					.toList();
				assertThat(deliveries.get(0).payload()).isEqualTo(binary);
				assertThat(deliveries.get(0).headers()).containsEntry("trace", source);
				assertThat(deliveries.get(1).text()).isEmpty();
				assertThat(deliveries.get(1).headers()).isEmpty();
				assertThat(deliveries.subList(2, 502)).extracting(Delivery::text).isEqualTo(texts);
				await().until(() -> transport.inFlight(redis.commands(), source).isEmpty());
			}
			String resp = (protocol == ProtocolVersion.RESP2) ? "resp=2" : "resp=3";
			await().untilAsserted(() -> assertThat(redis.commands().clientList().lines().filter(BLOCKED)).isNotEmpty()
				.allMatch((connection) -> connection.contains(resp)));
		}
	}

	private TestBroker broker(RedisServer redis, LettuceClientConfiguration client) {
		return new TestBroker(TestBroker.configuration(redis), client, "test", WorkerExecutors.platformThreads(),
				this.events);
	}

	private static ListenerContainer listen(TestedTransport transport, TestBroker broker, DeliveryHandler handler,
			TestSettings settings) {
		return broker.listen(transport.endpoint("orders", settings.build(), handler));
	}

}
