package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

import io.lettuce.core.Consumer;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.autoconfigure.RedisBrokerEndpoint.Listener;
import io.redisbroker.autoconfigure.RedisBrokerEndpoint.Operation;
import io.redisbroker.autoconfigure.RedisBrokerEndpoint.Source;
import io.redisbroker.event.ListenerEvent;
import io.redisbroker.event.ListenerPausedEvent;
import io.redisbroker.event.ListenerResumedEvent;
import io.redisbroker.event.ListenerStartedEvent;
import io.redisbroker.event.ListenerStoppedEvent;
import io.redisbroker.listener.AckMode;
import io.redisbroker.retry.DoNotRetryException;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The information that the endpoint shows, and its operations.
 */
@WithRedis(perMethod = true, persistent = true)
class RedisBrokerEndpointIntegrationTests {

	private final Listeners listeners = new Listeners();

	private RedisServer redis;

	private ApplicationContextRunner runner;

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.redis = redis;
		this.runner = TestApplication.runner(redis)
			.withConfiguration(AutoConfigurations.of(RedisBrokerEndpointAutoConfiguration.class))
			.withPropertyValues("redis-broker.preflight=off", "spring.application.name=shop",
					"redis-broker.listener.batch-size=2", "management.endpoints.web.exposure.include=redisbroker",
					"management.endpoints.jmx.exposure.include=redisbroker")
			.withBean(Listeners.class, () -> this.listeners);
	}

	private RedisBrokerEndpoint endpoint(ApplicationContext context) {
		return context.getBean(RedisBrokerEndpoint.class);
	}

	@Test
	void showsStateSettingsAndWhatIsLeftToDo() {
		// sent before the listeners start, so that their first read brings all they may
		// hold
		this.redis.commands()
			.xgroupCreate(StreamOffset.from("orders", "0"), "billing", XGroupCreateArgs.Builder.mkstream());
		for (int i = 0; i < 5; i++) {
			this.redis.commands().xadd("orders", "payload", "a");
			this.redis.commands().lpush("invoices", "a");
		}
		this.runner.run((context) -> {
			this.redis.commands().xgroupCreateconsumer("orders", Consumer.from("billing", "other"));
			await().untilAsserted(() -> {
				Listener billing = endpoint(context).listener("billing");
				assertThat(billing.state()).isEqualTo("listening");
				assertThat(billing.transport()).isEqualTo("stream");
				assertThat(billing.sinceLastRead()).isLessThan(Duration.ofSeconds(10));
				assertThat(billing.longestCall()).isGreaterThan(Duration.ofMillis(10));
				assertThat(billing.problems()).isEmpty();
				assertThat(billing.settings()).containsEntry("ackMode", AckMode.AUTO)
					.containsEntry("batchSize", 2)
					.containsEntry("concurrency", 1);
				Source orders = billing.sources().get("orders");
				assertThat(orders.backlog().total()).isEqualTo(5);
				assertThat(orders.backlog().inFlight()).isEqualTo(2);
				assertThat(orders.consumers()).hasSize(2).anySatisfy((consumer) -> {
					assertThat(consumer.name()).startsWith("shop-").contains(":billing:");
					assertThat(consumer.pending()).isEqualTo(2);
					assertThat(consumer.deliveries()).isEqualTo(1);
					assertThat(consumer.idle()).isLessThan(Duration.ofMinutes(1));
				}).anySatisfy((consumer) -> {
					assertThat(consumer.name()).isEqualTo("other");
					assertThat(consumer.pending()).isZero();
				});
			});
			await().untilAsserted(() -> {
				Source invoices = endpoint(context).listeners().listeners().get("printing").sources().get("invoices");
				assertThat(invoices.backlog().total()).isEqualTo(5);
				assertThat(invoices.consumers()).singleElement().satisfies((consumer) -> {
					assertThat(consumer.name()).startsWith("shop-").contains(":printing:");
					assertThat(consumer.pending()).isEqualTo(2);
					assertThat(consumer.deliveries()).isEqualTo(1);
					assertThat(consumer.idle()).isLessThan(Duration.ofMinutes(1));
				});
			});
			Listener hearing = endpoint(context).listeners().listeners().get("hearing");
			assertThat(hearing.state()).isEqualTo("listening");
			assertThat(hearing.longestCall()).isNull();
			assertThat(hearing.sources().get("news")).isEqualTo(new Source(null, null));
		});
	}

	@Test
	void showsWhatBecomesOfFailures() {
		this.listeners.gate.countDown();
		this.runner
			.withPropertyValues("redis-broker.listeners.billing.max-attempts=7",
					"redis-broker.listeners.billing.max-deliveries=70",
					"redis-broker.listeners.billing.max-processing-time=7m",
					"redis-broker.listeners.billing.backoff.delays=1s,10s",
					"redis-broker.listeners.billing.exceptions.drop=java.io.IOException",
					"redis-broker.listeners.billing.dead-letter-retention.max-length=700",
					"redis-broker.listeners.billing.dead-letter-retention.max-age=7d",
					"redis-broker.listeners.printing.backoff.initial=3s")
			.run((context) -> {
				assertThat(endpoint(context).listener("billing").settings()).containsEntry("maxAttempts", 7)
					.containsEntry("maxDeliveries", 70)
					.containsEntry("maxProcessingTime", Duration.ofMinutes(7))
					.containsEntry("backoff",
							Map.of("delays", List.of(Duration.ofSeconds(1), Duration.ofSeconds(10)), "jitter", 0.0))
					.containsEntry("deadLetters", List.of("{orders}:dlq"))
					.containsEntry("deadLetterRetention", Map.of("maxLength", 700L, "maxAge", Duration.ofDays(7)))
					.extractingByKey("exceptions", InstanceOfAssertFactories.map(String.class, Set.class))
					.containsEntry("drop", Set.of("java.io.IOException"))
					.containsEntry("retry", Set.of())
					.hasEntrySatisfying("deadLetter",
							(types) -> assertThat(types.toString()).contains(DoNotRetryException.class.getName()));
				assertThat(endpoint(context).listener("printing").settings())
					.containsEntry("backoff", Map.of("initial", Duration.ofSeconds(3), "multiplier", 2.0, "max",
							Duration.ofMinutes(1), "jitter", 0.1))
					.containsEntry("deadLetterRetention", Map.of());
				assertThat(endpoint(context).listener("hearing").settings()).containsOnlyKeys("ackMode", "concurrency",
						"batchSize", "autoStartup");
			});
	}

	@Test
	void showsDeliveryCountsOfWhatConsumersHold() {
		this.listeners.gate.countDown();
		this.runner.withPropertyValues("redis-broker.listeners.billing.auto-startup=false").run((context) -> {
			context.getBean(RedisBroker.class).stream("orders").send("a");
			this.redis.commands().xgroupCreate(StreamOffset.from("orders", "0"), "billing");
			String id = this.redis.commands()
				.xreadgroup(Consumer.from("billing", "dead"), StreamOffset.lastConsumed("orders"))
				.get(0)
				.getId();
			this.redis.commands().xclaim("orders", Consumer.from("billing", "dead"), 0, id);
			assertThat(endpoint(context).listener("billing")).satisfies((billing) -> {
				assertThat(billing.state()).isEqualTo("stopped");
				assertThat(billing.sources().get("orders").consumers()).singleElement()
					.satisfies((consumer) -> assertThat(consumer.deliveries()).isEqualTo(2));
			});
		});
	}

	@Test
	void pausesResumesStopsAndStarts() {
		this.listeners.gate.countDown();
		this.runner.run((context) -> {
			assertThat(endpoint(context).operate("billing", Operation.PAUSE).state()).isEqualTo("paused");
			assertThat(endpoint(context).listener("printing").state()).isEqualTo("listening");
			Health health = context.getBean(HealthIndicator.class).health();
			assertThat(health.getStatus()).isEqualTo(Status.UP);
			assertThat(health.getDetails().get("listeners").toString()).contains("state=paused");
			assertThat(endpoint(context).operate("billing", Operation.RESUME).state()).isEqualTo("listening");
			assertThat(endpoint(context).operate("billing", Operation.STOP).state()).isEqualTo("stopped");
			assertThat(endpoint(context).operate("billing", Operation.START).state()).isEqualTo("listening");
			await().untilAsserted(
					() -> assertThat(this.listeners.events).filteredOn((event) -> event.listenerId().equals("billing"))
						.containsExactly(new ListenerStartedEvent("billing"), new ListenerPausedEvent("billing"),
								new ListenerResumedEvent("billing"), new ListenerStoppedEvent("billing"),
								new ListenerStartedEvent("billing")));
		});
	}

	@Test
	void doesTheSameWithAll() {
		this.listeners.gate.countDown();
		this.runner.run((context) -> {
			assertThat(endpoint(context).operateAll(Operation.PAUSE).listeners()).hasSize(3)
				.allSatisfy((id, listener) -> assertThat(listener.state()).isEqualTo("paused"));
			assertThat(endpoint(context).operateAll(Operation.RESUME).listeners())
				.allSatisfy((id, listener) -> assertThat(listener.state()).isEqualTo("listening"));
		});
	}

	@Test
	void refusesWhatCantBeDone() {
		this.listeners.gate.countDown();
		this.runner.run((context) -> {
			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> endpoint(context).operate("orders", Operation.PAUSE))
				.satisfies((ex) -> assertThat(ex.getReason()).contains("no listener 'orders'"));
			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> endpoint(context).listener("orders"))
				.satisfies((ex) -> assertThat(ex.getReason()).contains("there are billing, hearing, printing"));
			endpoint(context).operate("billing", Operation.STOP);
			this.redis.commands().del("orders");
			this.redis.commands().set("orders", "not a stream");
			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> endpoint(context).operate("billing", Operation.START))
				.satisfies((ex) -> assertThat(ex.getReason()).contains("is not a stream"));
			assertThat(endpoint(context).listener("billing").state()).isEqualTo("gave up");
		});
	}

	@Test
	void answersWithoutRedis() {
		this.listeners.gate.countDown();
		this.runner.run((context) -> {
			this.redis.stop();
			await().untilAsserted(() -> {
				long begin = System.nanoTime();
				Listener billing = endpoint(context).listener("billing");
				assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
				assertThat(billing.state()).isEqualTo("disconnected");
				assertThat(billing.sources().get("orders").backlog()).isNull();
			});
			this.redis.restart();
			await()
				.untilAsserted(() -> assertThat(endpoint(context).listener("billing").state()).isEqualTo("listening"));
		});
	}

	@Test
	void isThereOnlyWhereItIsExposed() {
		this.listeners.gate.countDown();
		this.runner
			.withPropertyValues("management.endpoints.web.exposure.include=health",
					"management.endpoints.jmx.exposure.include=health")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RedisBrokerEndpoint.class));
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("redisBrokerEndpoint"));
	}

	static class Listeners {

		private final CountDownLatch gate = new CountDownLatch(1);

		private final Queue<ListenerEvent> events = new ConcurrentLinkedQueue<>();

		@StreamListener(id = "billing", streams = "orders", group = "billing")
		void bill(String order) throws InterruptedException {
			this.gate.await();
		}

		@QueueListener(id = "printing", queues = "invoices")
		void print(String invoice) throws InterruptedException {
			this.gate.await();
		}

		@ChannelListener(id = "hearing", channels = "news")
		void hear(String news) {
		}

		@EventListener
		void on(ListenerEvent event) {
			this.events.add(event);
		}

	}

}
