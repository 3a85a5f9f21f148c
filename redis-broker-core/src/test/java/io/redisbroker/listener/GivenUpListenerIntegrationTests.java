package io.redisbroker.listener;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.support.Patience;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Redis is down when a listener starts, so its problem shows only later.
 */
@WithRedis(perMethod = true, persistent = true)
class GivenUpListenerIntegrationTests {

	private final AtomicInteger started = new AtomicInteger();

	private final AtomicInteger gaveUp = new AtomicInteger();

	private final Recorder recorder = new Recorder();

	private final BrokerEvents events = new BrokerEvents() {

		@Override
		public void started(String listener) {
			GivenUpListenerIntegrationTests.this.started.incrementAndGet();
		}

		@Override
		public void gaveUp(String listener, Throwable failure) {
			GivenUpListenerIntegrationTests.this.gaveUp.incrementAndGet();
		}

	};

	@ParameterizedTest
	@EnumSource
	void isRevivedByAStart(TestedTransport transport, RedisServer redis) {
		redis.commands().set("orders", "text");
		try (TestBroker broker = new TestBroker(redis, "test", this.events)) {
			ListenerContainer container = listenWhileRedisIsAbsent(transport, List.of("orders"), broker, redis);
			Patience.await().until(() -> this.gaveUp.get() == 1);
			Patience.await().until(() -> !container.isRunning());
			assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> container.start().join())
				.withCauseInstanceOf(BrokerConfigurationException.class)
				.withMessageContaining("orders");
			assertThat(container.isRunning()).isFalse();
			redis.commands().del("orders");
			int before = this.started.get();
			container.start().join();
			assertThat(container.isRunning()).isTrue();
			assertThat(this.started.get() - before).isOne();
			transport.send(broker.broker(), "orders", List.of("one"));
			Patience.await().until(() -> this.recorder.texts().equals(List.of("one")));
			container.start().join();
			assertThat(this.started.get() - before).as("when it runs").isOne();
			container.stop(Duration.ofSeconds(5)).join();
			assertThat(container.isRunning()).isFalse();
		}
	}

	@ParameterizedTest
	@EnumSource(names = "QUEUE")
	void goesOnWithItsOtherSourcesUntilThen(TestedTransport transport, RedisServer redis) {
		redis.commands().set("orders", "text");
		try (TestBroker broker = new TestBroker(redis, "test", this.events)) {
			ListenerContainer container = listenWhileRedisIsAbsent(transport, List.of("orders", "invoices"), broker,
					redis);
			Patience.await().until(() -> this.gaveUp.get() == 1);
			transport.send(broker.broker(), "invoices", List.of("invoice"));
			Patience.await().until(() -> this.recorder.texts().equals(List.of("invoice")));
			assertThat(container.isRunning()).isTrue();
			redis.commands().del("orders");
			container.start().join();
			transport.send(broker.broker(), "orders", List.of("order"));
			transport.send(broker.broker(), "invoices", List.of("another"));
			Patience.await().until(() -> this.recorder.count() == 3);
			assertThat(this.recorder.texts()).containsExactlyInAnyOrder("invoice", "order", "another");
		}
	}

	private ListenerContainer listenWhileRedisIsAbsent(TestedTransport transport, List<String> sources,
			TestBroker broker, RedisServer redis) {
		redis.stop();
		ListenerContainer container = broker
			.listen(transport.endpoint(sources, TestSettings.defaults().build(), this.recorder.handler()));
		assertThat(container.isRunning()).isTrue();
		redis.restart();
		return container;
	}

}
