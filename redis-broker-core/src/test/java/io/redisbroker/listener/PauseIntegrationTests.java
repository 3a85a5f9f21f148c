package io.redisbroker.listener;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.queue.QueueOrder;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Messages of a paused listener are renewed, handed back or handled later.
 */
@WithRedis
class PauseIntegrationTests {

	private static final Duration A_WHILE = Duration.ofMillis(700);

	private final CountDownLatch gate = new CountDownLatch(1);

	private final RecordedEvents events = new RecordedEvents();

	private RedisServer redis;

	private TestBroker instance;

	@BeforeEach
	void start(RedisServer redis) {
		redis.commands().flushall();
		this.redis = redis;
		this.instance = new TestBroker(redis, "paused", this.events);
	}

	@AfterEach
	void stop() {
		this.gate.countDown();
		this.instance.close();
	}

	@ParameterizedTest
	@EnumSource
	void nothingIsBegunUntilTheListenerIsResumed(TestedTransport transport) {
		Recorder recorder = new Recorder();
		ListenerContainer listener = this.instance
			.listen(transport.endpoint("orders", TestSettings.defaults().build(), recorder.handler()));
		transport.send(this.instance.broker(), "orders", List.of("a"));
		await().until(() -> recorder.count() == 1);
		listener.pause().join();
		assertThat(listener.isPaused()).isTrue();
		assertThat(listener.isRunning()).isTrue();
		assertThat(listener.isConnected()).isTrue();
		transport.send(this.instance.broker(), "orders", List.of("b", "c"));
		await().during(A_WHILE).until(() -> recorder.count() == 1);
		assertThat(transport.inFlight(this.redis.commands(), "orders")).isEmpty();
		listener.resume().join();
		assertThat(listener.isPaused()).isFalse();
		await().untilAsserted(() -> assertThat(recorder.texts()).containsExactly("a", "b", "c"));
		await().untilAsserted(() -> assertThat(transport.inFlight(this.redis.commands(), "orders")).isEmpty());
		assertThat(this.events.disconnected()).isZero();
		assertThat(this.events.lost()).isZero();
		assertThat(this.events.turns()).containsExactly("paused", "resumed");
	}

	@ParameterizedTest
	@EnumSource
	void whatRunsIsKeptAliveAndTheRestGoesToOthers(TestedTransport transport) {
		Recorder slow = new Recorder((delivery, ack) -> this.gate.await());
		Recorder other = new Recorder();
		// the first consumer must renew in time, also on a busy machine
		ListenerSettings settings = TestSettings.defaults().reclaimDelay(Duration.ofSeconds(1)).build();
		transport.send(this.instance.broker(), "orders", List.of("a", "b", "c"));
		ListenerContainer listener = this.instance.listen(transport.endpoint("orders", settings, slow.handler()));
		await().until(() -> slow.count() == 1);
		try (TestBroker another = new TestBroker(this.redis, "other")) {
			another.listen(transport.endpoint("orders", settings, other.handler()));
			listener.pause().join();
			await().untilAsserted(() -> assertThat(other.texts()).containsExactlyInAnyOrder("b", "c"));
			assertThat(other.deliveries()).allSatisfy((delivery) -> assertThat(delivery.deliveryCount()).isEqualTo(1));
			await().during(Duration.ofSeconds(3)).until(() -> other.count() == 2);
		}
		this.gate.countDown();
		await().untilAsserted(() -> assertThat(transport.inFlight(this.redis.commands(), "orders")).isEmpty());
		assertThat(this.events.handled()).isEqualTo(1);
		assertThat(this.events.lost()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void readingGoesOnBesideWhatWasRunningBeforeThePause(TestedTransport transport) {
		Recorder recorder = new Recorder((delivery, ack) -> {
			if (delivery.text().equals("slow")) {
				this.gate.await();
			}
		});
		ListenerContainer listener = this.instance
			.listen(transport.endpoint("orders", TestSettings.defaults().concurrency(2).build(), recorder.handler()));
		transport.send(this.instance.broker(), "orders", List.of("slow"));
		await().until(() -> recorder.count() == 1);
		listener.pause().join();
		listener.resume().join();
		transport.send(this.instance.broker(), "orders", List.of("b"));
		await().untilAsserted(() -> assertThat(recorder.texts()).containsExactly("slow", "b"));
		this.gate.countDown();
		await().untilAsserted(() -> assertThat(transport.inFlight(this.redis.commands(), "orders")).isEmpty());
		assertThat(recorder.count()).isEqualTo(2);
	}

	@ParameterizedTest
	@EnumSource
	void aStopEndsThePause(TestedTransport transport) {
		Recorder recorder = new Recorder();
		ListenerContainer listener = this.instance
			.listen(transport.endpoint("orders", TestSettings.defaults().build(), recorder.handler()));
		listener.pause().join();
		listener.stop(Duration.ofSeconds(5)).join();
		assertThat(listener.isRunning()).isFalse();
		assertThat(listener.isPaused()).isFalse();
		transport.send(this.instance.broker(), "orders", List.of("a"));
		listener.start().join();
		await().untilAsserted(() -> assertThat(recorder.texts()).containsExactly("a"));
	}

	@ParameterizedTest
	@EnumSource
	void turnsCanFollowOneAnotherFast(TestedTransport transport) {
		Recorder recorder = new Recorder();
		ListenerContainer listener = this.instance
			.listen(transport.endpoint("orders", TestSettings.defaults().batchSize(1).build(), recorder.handler()));
		for (int i = 0; i < 20; i++) {
			transport.send(this.instance.broker(), "orders", List.of("" + i));
			listener.pause();
			listener.pause();
			listener.resume();
		}
		await().untilAsserted(() -> assertThat(recorder.texts()).hasSize(20).doesNotHaveDuplicates());
		await().untilAsserted(() -> assertThat(transport.inFlight(this.redis.commands(), "orders")).isEmpty());
		assertThat(this.events.lost()).isZero();
	}

	@Test
	void aListenerThatDoesNotRunIsNotPaused() {
		ListenerContainer listener = this.instance.listen(
				TestedTransport.QUEUE.endpoint("orders", TestSettings.defaults().build(), new Recorder().handler()));
		listener.stop(Duration.ofSeconds(5)).join();
		listener.pause().join();
		listener.resume().join();
		assertThat(listener.isPaused()).isFalse();
		assertThat(listener.isRunning()).isFalse();
		assertThat(this.events.turns()).isEmpty();
	}

	@Test
	void aReaderWithoutAGroupGoesOnWhereItWas() {
		Recorder recorder = new Recorder((delivery, ack) -> {
			if (delivery.text().equals("a")) {
				this.gate.await();
			}
		});
		ListenerContainer listener = this.instance.listen(StreamEndpoint.builder("all")
			.streams("orders")
			.settings(TestSettings.defaults().ackMode(AckMode.NONE).build())
			.handler(recorder.handler()));
		this.instance.broker().stream("orders").sendAll(List.of("a", "b"));
		await().until(() -> recorder.count() == 1);
		listener.pause().join();
		this.gate.countDown();
		this.instance.broker().stream("orders").send("c");
		await().during(A_WHILE).until(() -> recorder.count() == 1);
		listener.resume().join();
		await().untilAsserted(() -> assertThat(recorder.texts()).containsExactly("a", "b", "c"));
		assertThat(this.events.dropped()).isZero();
	}

	@Test
	void whatCantBeHandedBackWaitsHere() {
		Recorder recorder = new Recorder((delivery, ack) -> this.gate.await());
		this.instance.broker().queue("orders").sendAll(List.of("a", "b"));
		ListenerContainer listener = this.instance.listen(TestedTransport.QUEUE.endpoint("orders",
				TestSettings.defaults().ackMode(AckMode.NONE).build(), recorder.handler()));
		await().until(() -> recorder.count() == 1);
		listener.pause().join();
		this.gate.countDown();
		await().during(A_WHILE).until(() -> recorder.count() == 1);
		listener.resume().join();
		await().untilAsserted(() -> assertThat(recorder.texts()).containsExactly("a", "b"));
	}

	@Test
	void aCircularQueueKeepsItsItems() {
		this.instance.broker().queue("orders").sendAll(List.of("a", "b"));
		Recorder recorder = new Recorder();
		ListenerContainer listener = this.instance.listen(QueueEndpoint.builder("circle")
			.queues("orders")
			.order(QueueOrder.CIRCULAR)
			.pause(Duration.ofMillis(10))
			.handler(recorder.handler()));
		await().until(() -> recorder.count() > 2);
		listener.pause().join();
		int count = recorder.count();
		await().during(A_WHILE).until(() -> recorder.count() <= count + 1);
		assertThat(this.redis.commands().lrange("orders", 0, -1)).containsExactlyInAnyOrder("a", "b");
		int before = recorder.count();
		listener.resume().join();
		await().until(() -> recorder.count() > before + 2);
	}

	@Test
	void whatIsPublishedMeanwhileIsGoneAndTold() {
		Recorder recorder = new Recorder((delivery, ack) -> {
			if (delivery.text().equals("a")) {
				this.gate.await();
			}
		});
		ListenerContainer listener = this.instance
			.listen(ChannelEndpoint.builder("news").channels("news").patterns("prices.*").handler(recorder.handler()));
		this.instance.broker().channel("news").publish("a");
		this.instance.broker().channel("news").publish("b");
		await().until(() -> recorder.count() == 1);
		listener.pause().join();
		this.gate.countDown();
		await().untilAsserted(() -> assertThat(this.redis.commands().pubsubChannels("news")).isEmpty());
		assertThat(this.instance.broker().channel("news").publish("c")).isZero();
		await().during(A_WHILE).until(() -> recorder.count() == 1);
		assertThat(listener.isConnected()).isTrue();
		listener.resume().join();
		this.instance.broker().channel("news").publish("d");
		await().untilAsserted(() -> assertThat(recorder.texts()).containsExactly("a", "b", "d"));
		assertThat(this.events.gaps()).extracting(RecordedEvents.Gap::channel)
			.containsExactlyInAnyOrder("news", "prices.*");
		assertThat(this.events.gaps()).allSatisfy((gap) -> assertThat(gap.duration()).isGreaterThanOrEqualTo(A_WHILE));
		assertThat(this.events.turns()).containsExactly("paused", "resumed");
	}

}
