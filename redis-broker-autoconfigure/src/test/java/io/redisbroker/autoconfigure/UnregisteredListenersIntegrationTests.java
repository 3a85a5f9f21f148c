package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.engine.registry.DefaultListenerRegistry;
import io.redisbroker.engine.worker.ListenerRuntime;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Listeners can be unregistered, and leave nothing behind.
 */
@WithRedis
@Timeout(240)
class UnregisteredListenersIntegrationTests {

	private final Received received = new Received();

	private RedisServer redis;

	private ApplicationContextRunner runner;

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.redis = redis;
		this.runner = TestApplication.runner(redis)
			.withConfiguration(
					AutoConfigurations.of(MetricsAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class,
							CompositeMeterRegistryAutoConfiguration.class, ObservationAutoConfiguration.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "queue", "stream", "channel" })
	void forgetsEverythingOfAListener(String transport) {
		this.runner.run((context) -> {
			DefaultListenerRegistry registry = context.getBean(DefaultListenerRegistry.class);
			registry.register(endpoint(transport, "tenant"));
			send(transport, "tenant", "one");
			assertThat(this.received.await(1)).containsExactly("one");
			await().until(() -> !metersOf(context, "tenant").isEmpty());
			registry.unregister("tenant").get(20, TimeUnit.SECONDS);
			assertThat(registry.container("tenant")).isEmpty();
			assertThat(registry.containers()).isEmpty();
			assertThat(registry.deadLetterSources()).isEmpty();
			assertThat(registry.requiredCommands()).isEmpty();
			assertThat(metersOf(context, "tenant")).isEmpty();
			assertThat(context.getBean(HealthIndicator.class).health().getDetails()).extractingByKey("listeners")
				.isEqualTo(Map.of());
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "queue", "stream", "channel" })
	void registersTheSameIdAgain(String transport) {
		this.runner.run((context) -> {
			DefaultListenerRegistry registry = context.getBean(DefaultListenerRegistry.class);
			for (int round = 1; round <= 3; round++) {
				ListenerContainer container = registry.register(endpoint(transport, "tenant"));
				assertThat(container.isRunning()).isTrue();
				send(transport, "tenant", "round " + round);
				assertThat(this.received.await(round)).endsWith("round " + round);
				assertThat(metersOf(context, "tenant")).isNotEmpty();
				container.stop(Duration.ofSeconds(5)).get(20, TimeUnit.SECONDS);
				registry.unregister("tenant").get(20, TimeUnit.SECONDS);
			}
		});
	}

	@Test
	void aListenerThatIsGoneDoesNotStartAgain() {
		this.runner.run((context) -> {
			DefaultListenerRegistry registry = context.getBean(DefaultListenerRegistry.class);
			for (String transport : new String[] { "queue", "channel" }) {
				ListenerContainer container = registry.register(endpoint(transport, "tenant"));
				registry.unregister("tenant").get(20, TimeUnit.SECONDS);
				assertThat(container.start()).isCompletedExceptionally();
				assertThatExceptionOfType(Exception.class).isThrownBy(() -> container.start().join())
					.withMessageContaining("Listener 'tenant' was unregistered");
				assertThat(container.isRunning()).isFalse();
				// with the values that its container shows
				registry.register(container.endpoint());
				registry.unregister("tenant").get(20, TimeUnit.SECONDS);
			}
			assertThat(registry.unregister("nobody")).isCompleted();
		});
	}

	@Test
	void letsACallEndAndKeepsTheIdUntilThen() {
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch mayEnd = new CountDownLatch(1);
		this.runner.run((context) -> {
			DefaultListenerRegistry registry = context.getBean(DefaultListenerRegistry.class);
			registry.register(QueueEndpoint.builder("tenant")
				.queues("tenant")
				.handler(DeliveryHandler.of((delivery, acknowledgment) -> {
					begun.countDown();
					mayEnd.await();
					this.received.add(delivery.text());
				})));
			send("queue", "tenant", "one");
			assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
			var gone = registry.unregister("tenant");
			assertThat(gone).isNotDone();
			assertThatExceptionOfType(BrokerConfigurationException.class)
				.isThrownBy(() -> registry.register(endpoint("queue", "tenant")))
				.withMessageContaining("Two listeners have the id 'tenant'")
				.withMessageContaining("Wait until the first is unregistered");
			mayEnd.countDown();
			gone.get(20, TimeUnit.SECONDS);
			assertThat(this.received.calls()).containsExactly("one");
		});
	}

	@Test
	void forgetsAListenerThatGaveUp() {
		this.redis.commands().set("tenant", "no list");
		this.runner.run((context) -> {
			DefaultListenerRegistry registry = context.getBean(DefaultListenerRegistry.class);
			ListenerContainer container = registry.register(QueueEndpoint.builder("tenant")
				.queues("tenant")
				.settings((settings) -> settings.autoStartup(false))
				.handler(handler()));
			assertThatExceptionOfType(Exception.class).isThrownBy(() -> container.start().join());
			HealthIndicator health = context.getBean(HealthIndicator.class);
			assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
			registry.unregister("tenant").get(20, TimeUnit.SECONDS);
			assertThat(health.health().getStatus()).isEqualTo(Status.UP);
			this.redis.commands().del("tenant");
			registry.register(endpoint("queue", "tenant"));
			assertThat(context.getBean(ListenerStates.class).failure("tenant")).isNull();
		});
	}

	@Test
	void aThousandTenantsComeAndGoInFlatMemory() {
		this.runner.run((context) -> {
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			comeAndGo(context, 0, 100);
			int metersBefore = meters.getMeters().size();
			int threadsBefore = Thread.activeCount();
			long before = used();
			comeAndGo(context, 100, 1100);
			assertThat(meters.getMeters()).hasSize(metersBefore);
			assertThat(context.getBean(DefaultListenerRegistry.class).containers()).isEmpty();
			await().untilAsserted(
					() -> assertThat(context.getBean(ListenerRuntime.class).timer().getQueue()).hasSizeLessThan(10));
			await().untilAsserted(() -> assertThat(Thread.activeCount()).isLessThan(threadsBefore + 20));
			// 1,000 meters, containers or subscriptions take some megabytes
			await().untilAsserted(() -> assertThat(used() - before).isLessThan(1_500_000));
		});
	}

	private void comeAndGo(AssertableApplicationContext context, int from, int to) throws Exception {
		DefaultListenerRegistry registry = context.getBean(DefaultListenerRegistry.class);
		String[] transports = { "queue", "stream", "channel" };
		for (int i = from; i < to; i++) {
			String tenant = "tenant-" + i;
			String transport = transports[i % 3];
			registry.register(endpoint(transport, tenant));
			int calls = this.received.calls().size();
			send(transport, tenant, "x");
			this.received.await(calls + 1);
			registry.unregister(tenant).get(20, TimeUnit.SECONDS);
			this.received.clear();
		}
	}

	private static long used() {
		for (int i = 0; i < 3; i++) {
			System.gc();
		}
		return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
	}

	private ListenerEndpoint endpoint(String transport, String tenant) {
		return switch (transport) {
			case "queue" -> QueueEndpoint.builder(tenant).queues(tenant).handler(handler());
			case "stream" -> StreamEndpoint.builder(tenant).streams(tenant).group("group").handler(handler());
			default -> ChannelEndpoint.builder(tenant)
				.channels(tenant)
				.settings((settings) -> settings.ackMode(AckMode.NONE))
				.handler(handler());
		};
	}

	private DeliveryHandler handler() {
		return DeliveryHandler.of((delivery, acknowledgment) -> this.received.add(delivery.text()));
	}

	/** Sends without the broker, which has meters for each destination. */
	private void send(String transport, String name, String text) {
		switch (transport) {
			case "queue" -> this.redis.commands().lpush(name, text);
			case "stream" -> this.redis.commands().xadd(name, "payload", text);
			default -> this.redis.commands().publish(name, text);
		}
	}

	private static List<String> metersOf(AssertableApplicationContext context, String listener) {
		return context.getBean(MeterRegistry.class)
			.getMeters()
			.stream()
			.map((meter) -> meter.getId())
			.filter((id) -> id.getTags()
				.stream()
				.anyMatch((tag) -> tag.getKey().endsWith("listener") && tag.getValue().equals(listener)))
			.map(Object::toString)
			.toList();
	}

}
