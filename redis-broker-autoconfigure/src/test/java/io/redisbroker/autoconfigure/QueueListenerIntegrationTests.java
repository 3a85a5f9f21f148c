package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.redisbroker.annotation.QueueListener;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.queue.QueueOrder;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.handler.annotation.Header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The attributes of {@link QueueListener} and their effects.
 */
@WithRedis
class QueueListenerIntegrationTests {

	private ApplicationContextRunner runner;

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.runner = TestApplication.runner(redis).withPropertyValues("redis-broker.key-prefix=eu-");
	}

	@Test
	void resolvesEveryAttribute() {
		this.runner.withPropertyValues("test.queues=critical=6,default=3", "test.lease=7s")
			.withBean(Resolved.class)
			.run((context) -> {
				QueueEndpoint endpoint = endpoint(context.getBean(ListenerRegistry.class), "resolved");
				assertThat(endpoint.sources()).containsExactly("eu-critical", "eu-default", "eu-low");
				assertThat(endpoint.weights()).containsExactly(6, 3, 1);
				assertThat(endpoint.order()).isEqualTo(QueueOrder.LIFO);
				assertThat(endpoint.pause()).isEqualTo(Duration.ofMillis(250));
				ListenerSettings settings = endpoint.settings();
				assertThat(settings.ackMode()).isEqualTo(AckMode.MANUAL);
				assertThat(settings.concurrency()).isEqualTo(3);
				assertThat(settings.batchSize()).isEqualTo(20);
				assertThat(settings.reclaimDelay()).hasSeconds(7);
				assertThat(settings.maxDeliveries()).isEqualTo(9);
				assertThat(settings.deadLetters()).isEqualTo("eu-failures");
				assertThat(settings.autoStartup()).isFalse();
			});
	}

	static class Resolved {

		@QueueListener(id = "resolved", queues = { "${test.queues}", "low = 1" }, order = QueueOrder.LIFO,
				pause = "250ms", ackMode = AckMode.MANUAL, concurrency = "#{1 + 2}", batchSize = "${test.absent:20}",
				lease = "${test.lease}", maxDeliveries = "#{3 * 3}", deadLetters = "failures", autoStartup = "false")
		void listen(String order) {
		}

	}

	@Test
	void takesItsDefaultsFromItsTransportThenFromAll() {
		this.runner
			.withPropertyValues("redis-broker.listener.concurrency=2", "redis-broker.listener.batch-size=30",
					"redis-broker.queue.listener.batch-size=40", "redis-broker.queue.listener.reclaim-delay=9s",
					"redis-broker.listeners.plain.order=circular", "redis-broker.listeners.other.queues=a=2,b=1")
			.withBean(Plain.class)
			.run((context) -> {
				ListenerRegistry registry = context.getBean(ListenerRegistry.class);
				QueueEndpoint plain = endpoint(registry, "plain");
				assertThat(plain.order()).isEqualTo(QueueOrder.CIRCULAR);
				assertThat(plain.settings().batchSize()).as("of a circular queue").isOne();
				QueueEndpoint other = endpoint(registry, "other");
				assertThat(other.sources()).containsExactly("eu-a", "eu-b");
				assertThat(other.weights()).containsExactly(2, 1);
				assertThat(other.settings().concurrency()).isEqualTo(2);
				assertThat(other.settings().batchSize()).isEqualTo(40);
				assertThat(other.settings().reclaimDelay()).hasSeconds(9);
			});
	}

	static class Plain {

		@QueueListener(id = "plain", queues = "orders")
		@QueueListener(id = "other", queues = "others")
		void listen(String order) {
		}

	}

	@Test
	void listensToWhatIsSent(RedisServer redis) {
		this.runner.withBean(Working.class).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			Working working = context.getBean(Working.class);
			broker.queue("orders").withHeader("tenant", "north").send(new Order(1));
			redis.commands().lpush("eu-orders", "{\"id\":2}", "{\"id\":\"none\"}");
			broker.queue("lines").sendAll(List.of("a", "b", "c"));
			await().until(() -> working.seen.size() == 5);
			assertThat(working.seen).contains("north 1", "none 2").filteredOn((text) -> text.length() == 1).hasSize(3);
			await().until(() -> redis.commands().xlen("{eu-orders}:dlq") == 1);
		});
	}

	record Order(long id) {
	}

	static class Working {

		private final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@QueueListener("orders")
		void one(Order order, @Header(defaultValue = "none") String tenant) {
			this.seen.add(tenant + " " + order.id());
		}

		@QueueListener("lines")
		void many(List<String> lines) {
			this.seen.addAll(lines);
		}

	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "a=x,b=1 | The weight in 'a=x' is not a number", "a=2,b | weight to some of its queues",
					"a=0,b=1 | A weight is not positive", "a,a | names a queue twice", "'' | names no queue" })
	void refusesQueuesThatMakeNoSense(String queues, String problem) {
		this.runner.withPropertyValues("test.queues=" + queues).withBean(Configured.class).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).isInstanceOf(BrokerConfigurationException.class)
				.hasMessageContaining(problem)
				.hasMessageContaining("@QueueListener on " + Configured.class.getName() + ".listen");
		});
	}

	static class Configured {

		@QueueListener("${test.queues}")
		void listen(String order) {
		}

	}

	private static QueueEndpoint endpoint(ListenerRegistry registry, String id) {
		return (QueueEndpoint) registry.container(id).orElseThrow().endpoint();
	}

}
