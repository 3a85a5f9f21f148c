package io.redisbroker.autoconfigure;

import java.time.Duration;

import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Listeners that are registered in code follow the application's configuration.
 */
@WithRedis
@Timeout(120)
class CodeRegisteredListenersIntegrationTests {

	private final Received received = new Received();

	private ApplicationContextRunner runner;

	private RedisServer redis;

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.redis = redis;
		this.runner = TestApplication.runner(redis);
	}

	@Test
	void listenWhereTheApplicationSends() {
		this.runner.withPropertyValues("redis-broker.key-prefix=eu*-").run((context) -> {
			ListenerRegistry registry = context.getBean(ListenerRegistry.class);
			registry.register(QueueEndpoint.builder("queue").queues("jobs").handler(handler("queue")));
			registry.register(
					StreamEndpoint.builder("stream").streams("orders").group("billing").handler(handler("stream")));
			registry.register(ChannelEndpoint.builder("channel")
				.channels("prices")
				.patterns("news.*")
				.handler(handler("channel")));
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.queue("jobs").send("A1");
			broker.stream("orders").send("A2");
			broker.channel("prices").publish("A3");
			broker.channel("news.eu").publish("A4");
			this.redis.commands().publish("eux-news.eu", "not ours");
			assertThat(this.received.await(4)).containsExactlyInAnyOrder("queue A1", "stream A2", "channel A3",
					"channel A4");
			assertThat(registry.container("queue").orElseThrow().endpoint().sources()).containsExactly("eu*-jobs");
		});
	}

	@Test
	void putTheirDeadLettersWhereTheApplicationLooks() {
		this.runner.withPropertyValues("redis-broker.key-prefix=eu-").run((context) -> {
			context.getBean(ListenerRegistry.class)
				.register(QueueEndpoint.builder("queue")
					.queues("jobs")
					.settings((settings) -> settings.maxAttempts(1).deadLetters("failures"))
					.handler(DeliveryHandler.of((delivery, acknowledgment) -> {
						throw new IllegalStateException();
					})));
			context.getBean(RedisBroker.class).queue("jobs").send("A1");
			await().until(() -> this.redis.commands().xlen("eu-failures") == 1);
		});
	}

	@Test
	void haveTheConfiguredDefaultsWhereTheCodeLeavesThemOpen() {
		this.runner
			.withPropertyValues("redis-broker.listener.concurrency=2", "redis-broker.listener.batch-size=3",
					"redis-broker.listener.max-attempts=4", "redis-broker.queue.listener.reclaim-delay=7s",
					"redis-broker.stream.listener.backoff.initial=8s", "redis-broker.channel.buffer-size=9",
					"redis-broker.listener.dead-letter-retention.max-length=10",
					"redis-broker.listeners.stream.concurrency=11", "redis-broker.listener.auto-startup=false")
			.run((context) -> {
				ListenerRegistry registry = context.getBean(ListenerRegistry.class);
				ListenerContainer queue = registry
					.register(QueueEndpoint.builder("queue").queues("jobs").handler(handler("queue")));
				ListenerContainer stream = registry.register(StreamEndpoint.builder("stream")
					.streams("orders")
					.group("billing")
					.settings(ListenerSettings.builder().concurrency(5).batchSize(6).build())
					.handler(handler("stream")));
				ListenerContainer channel = registry
					.register(ChannelEndpoint.builder("channel").channels("prices").handler(handler("channel")));
				assertThat(registry.containers()).noneMatch(ListenerContainer::isRunning);
				ListenerSettings ofQueue = queue.endpoint().settings();
				assertThat(ofQueue.concurrency()).isEqualTo(2);
				assertThat(ofQueue.batchSize()).isEqualTo(3);
				assertThat(ofQueue.retry().maxAttempts()).isEqualTo(4);
				assertThat(ofQueue.reclaimDelay()).hasSeconds(7);
				assertThat(ofQueue.retention().maxLength()).isEqualTo(10);
				ListenerSettings ofStream = stream.endpoint().settings();
				assertThat(ofStream.concurrency()).as("By id, stronger than the code").isEqualTo(11);
				assertThat(ofStream.batchSize()).as("The code's own").isEqualTo(6);
				assertThat(ofStream.reclaimDelay()).isEqualTo(ListenerSettings.DEFAULTS.reclaimDelay());
				assertThat(ofStream.retry().backoff().initial()).hasSeconds(8);
				assertThat(((ChannelEndpoint) channel.endpoint()).bufferSize()).isEqualTo(9);
				assertThat(channel.endpoint().settings().ackMode()).isEqualTo(AckMode.NONE);
			});
	}

	@Test
	void refuseMisspeltPropertiesOfTheirId() {
		this.runner.withPropertyValues("redis-broker.listeners.queue.concurency=2").run((context) -> {
			assertThatExceptionOfType(BrokerConfigurationException.class)
				.isThrownBy(() -> register(context, ListenerSettings.DEFAULTS))
				.withMessageContaining("redis-broker.listeners.queue.concurency does not exist")
				.withMessageContaining("ack-mode, auto-startup, backoff, batch-size, concurrency")
				.withMessageNotContaining("queues");
			assertThat(context.getBean(ListenerRegistry.class).containers()).isEmpty();
		});
	}

	@Test
	void keepCompleteSettingsAsTheyAre() {
		ListenerSettings complete = new ListenerSettings(AckMode.MANUAL, 1, 2, Duration.ofSeconds(3), 4,
				ListenerSettings.DEFAULTS.retry().backoff(), null, true);
		this.runner.withPropertyValues("redis-broker.listener.concurrency=8", "redis-broker.listener.batch-size=9")
			.run((context) -> assertThat(register(context, complete).endpoint().settings()).isEqualTo(complete));
	}

	private ListenerContainer register(AssertableApplicationContext context, ListenerSettings settings) {
		return context.getBean(ListenerRegistry.class)
			.register(QueueEndpoint.builder("queue").queues("jobs").settings(settings).handler(handler("queue")));
	}

	private DeliveryHandler handler(String name) {
		return DeliveryHandler.of((delivery, acknowledgment) -> this.received.add(name + " " + delivery.text()));
	}

}
