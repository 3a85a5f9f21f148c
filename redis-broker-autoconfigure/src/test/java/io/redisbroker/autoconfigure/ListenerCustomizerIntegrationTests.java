package io.redisbroker.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerCustomizer;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.listener.WorkerExecutors;
import io.redisbroker.message.TransportType;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An application changes settings of listeners in code, annotated or registered.
 */
@WithRedis
@Timeout(120)
class ListenerCustomizerIntegrationTests {

	private ApplicationContextRunner runner;

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.runner = TestApplication.runner(redis).withUserConfiguration(Listens.class);
	}

	@Test
	void isStrongerThanAnnotationAndCodeAndWeakerThanPropertiesOfTheListener() {
		this.runner.withUserConfiguration(Customizes.class)
			.withPropertyValues("redis-broker.key-prefix=eu-", "redis-broker.listener.batch-size=9",
					"redis-broker.queue.listener.concurrency=3", "redis-broker.listeners.configured.concurrency=5",
					"redis-broker.listeners.configured-code.concurrency=5")
			.run((context) -> {
				ListenerRegistry registry = context.getBean(ListenerRegistry.class);
				for (String id : List.of("code", "configured-code")) {
					registry.register(QueueEndpoint.builder(id)
						.queues(id)
						.settings((settings) -> settings.concurrency(2))
						.handler(DeliveryHandler.of((delivery, acknowledgment) -> {
						})));
				}
				assertThat(settings(context, "queue").concurrency()).as("Twice its annotation's").isEqualTo(4);
				assertThat(settings(context, "code").concurrency()).as("Twice its code's").isEqualTo(4);
				assertThat(settings(context, "open").concurrency()).as("Twice its transport's").isEqualTo(6);
				assertThat(settings(context, "configured").concurrency()).as("Its own property").isEqualTo(5);
				assertThat(settings(context, "configured-code").concurrency()).as("Its own property").isEqualTo(5);
				assertThat(settings(context, "queue").batchSize()).as("The second gets what the first returned")
					.isEqualTo(4);
				assertThat(settings(context, "configured").batchSize()).isEqualTo(5);
				assertThat(settings(context, "queue").deadLetters()).isEqualTo("eu-failed");
				assertThat(settings(context, "stream").concurrency()).isEqualTo(1);
				assertThat(settings(context, "stream").batchSize()).isEqualTo(9);
				assertThat(settings(context, "stream").retry().maxAttempts()).isEqualTo(7);
				assertThat(settings(context, "channel").ackMode()).isEqualTo(AckMode.NONE);
				assertThat(context.getBean(Customizes.class).calls)
					.containsOnlyKeys("queue", "open", "configured", "stream", "channel", "code", "configured-code")
					.allSatisfy((id, calls) -> assertThat(calls).as(id).isEqualTo(1));
			});
	}

	@Test
	void refusesSettingsThatMakeNoSense() {
		assertRefused((endpoint, settings) -> settings.toBuilder().concurrency(0).build(), "The concurrency is 0");
		assertRefused((endpoint, settings) -> null, "It returned null");
		assertRefused((endpoint, settings) -> {
			throw new BrokerConfigurationException("Its name has no team", "Rename it.");
		}, "Its name has no team");
		assertRefused((endpoint, settings) -> {
			throw new IllegalStateException("no such tenant");
		}, "It failed with java.lang.IllegalStateException: no such tenant");
	}

	private void assertRefused(ListenerCustomizer customizer, String problem) {
		this.runner.withBean(ListenerCustomizer.class, () -> customizer)
			.run((context) -> assertThat(context).getFailure()
				.satisfies((failure) -> assertThat(context.getStartupFailure()).hasStackTraceContaining(problem)
					.hasStackTraceContaining("changed by " + customizer.getClass().getName())
					.hasStackTraceContaining("Listener '")));
	}

	@Test
	void refusesForOneListenerWhatItRefusesInCode() {
		this.runner.withUserConfiguration(Customizes.class).run((context) -> {
			ListenerRegistry registry = context.getBean(ListenerRegistry.class);
			assertThatExceptionOfType(BrokerConfigurationException.class)
				.isThrownBy(() -> registry.register(QueueEndpoint.builder("huge")
					.queues("huge")
					.settings((settings) -> settings.concurrency(100_000))
					.handler(DeliveryHandler.of((delivery, acknowledgment) -> {
					}))))
				.withMessageContaining("Listener 'huge', changed by ")
				.withMessageContaining("The concurrency is 200000");
			assertThat(registry.container("huge")).isEmpty();
		});
	}

	@Test
	void hasThreadsOfItsOwnByItsId() {
		this.runner.withUserConfiguration(Threads.class).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.queue("jobs").send("A1");
			broker.stream("orders").send("A2");
			assertThat(context.getBean(Listens.class).received.await(2))
				.anyMatch((call) -> String.valueOf(call).startsWith("urgent-"))
				.anyMatch((call) -> String.valueOf(call).startsWith("stream-"));
		});
	}

	private static ListenerSettings settings(AssertableApplicationContext context, String id) {
		return context.getBean(ListenerRegistry.class).container(id).orElseThrow().endpoint().settings();
	}

	@Configuration(proxyBeanMethods = false)
	static class Customizes {

		private final Map<String, Integer> calls = new ConcurrentHashMap<>();

		@Bean
		@Order(2)
		ListenerCustomizer batchesOfTheConcurrency() {
			return (endpoint, settings) -> (endpoint.transport() == TransportType.QUEUE)
					? settings.toBuilder().batchSize(settings.concurrency()).build() : settings;
		}

		@Bean
		@Order(1)
		ListenerCustomizer moreForQueues() {
			return (endpoint, settings) -> {
				this.calls.merge(endpoint.id(), 1, Integer::sum);
				assertThat(endpoint.sources()).noneMatch((source) -> source.startsWith("eu-"));
				return switch (endpoint.transport()) {
					case QUEUE ->
						settings.toBuilder().concurrency(2 * settings.concurrency()).deadLetters("failed").build();
					case STREAM -> settings.toBuilder().maxAttempts(7).build();
					case CHANNEL -> settings.toBuilder().ackMode(AckMode.AUTO).build();
				};
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Threads {

		@Bean
		WorkerExecutors workerExecutors() {
			WorkerExecutors threads = WorkerExecutors.platformThreads();
			return (listenerId, concurrency) -> threads.create(listenerId.equals("queue") ? "urgent" : listenerId,
					concurrency);
		}

	}

	static class Listens {

		private final Received received = new Received();

		@QueueListener(id = "queue", queues = "jobs", concurrency = "2")
		void queue(String job) {
			this.received.add(Thread.currentThread().getName());
		}

		@QueueListener(id = "open", queues = "open")
		void open(String job) {
		}

		@QueueListener(id = "configured", queues = "configured", concurrency = "2")
		void configured(String job) {
		}

		@StreamListener(id = "stream", streams = "orders", group = "billing")
		void stream(String order) {
			this.received.add(Thread.currentThread().getName());
		}

		@ChannelListener(id = "channel", channels = "prices")
		void channel(String price) {
		}

	}

}
