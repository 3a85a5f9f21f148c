package io.redisbroker.autoconfigure;

import java.time.Duration;

import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.test.context.assertj.AssertableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A whole application that is stopped and started again, as for a checkpoint or between
 * tests.
 */
@WithRedis
@Timeout(120)
class RestartIntegrationTests {

	private final Received received = new Received();

	@Test
	void listenersAreAsTheyWere(RedisServer redis) {
		TestApplication.runner(redis).withBean(Listeners.class, () -> new Listeners(this.received)).run((context) -> {
			container(context, "by-hand").start().join();
			container(context, "stream").stop(Duration.ofSeconds(5)).join();
			container(context, "paused").pause().join();
			for (int round = 1; round <= 2; round++) {
				context.getSourceApplicationContext().stop();
				assertThat(context.getBean(ListenerRegistry.class).containers())
					.noneMatch(ListenerContainer::isRunning);
				context.getSourceApplicationContext().start();
				assertThat(container(context, "queue").isRunning()).isTrue();
				assertThat(container(context, "channel").isRunning()).isTrue();
				assertThat(container(context, "by-hand").isRunning()).as("Started by hand").isTrue();
				assertThat(container(context, "stream").isRunning()).as("Stopped by hand").isFalse();
				assertThat(container(context, "paused").isPaused()).as("Paused").isTrue();
				assertThat(container(context, "never").isRunning()).isFalse();
			}
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.queue("queue").send("A1");
			broker.queue("by-hand").send("A2");
			broker.channel("channel").publish("A3");
			broker.queue("paused").send("A4");
			assertThat(this.received.await(3)).containsExactlyInAnyOrder("queue A1", "by-hand A2", "channel A3");
			container(context, "paused").resume().join();
			assertThat(this.received.await(4)).endsWith("paused A4");
		});
	}

	@Test
	void aListenerThatGaveUpTriesAgain(RedisServer redis) {
		TestApplication.runner(redis)
			.withPropertyValues("redis-broker.listener.auto-startup=false")
			.withBean(Listeners.class, () -> new Listeners(this.received))
			.run((context) -> {
				redis.commands().set("queue", "no list");
				assertThatExceptionOfType(Exception.class).isThrownBy(() -> container(context, "queue").start().join());
				context.getSourceApplicationContext().stop();
				redis.commands().del("queue");
				context.getSourceApplicationContext().start();
				assertThat(container(context, "queue").isRunning()).isTrue();
				context.getBean(RedisBroker.class).queue("queue").send("A1");
				assertThat(this.received.await(1)).containsExactly("queue A1");
			});
	}

	private static ListenerContainer container(AssertableApplicationContext context, String id) {
		return context.getBean(ListenerRegistry.class).container(id).orElseThrow();
	}

	static class Listeners {

		private final Received received;

		Listeners(Received received) {
			this.received = received;
		}

		@QueueListener(id = "queue", queues = "queue")
		void queue(String text) {
			this.received.add("queue " + text);
		}

		@QueueListener(id = "by-hand", queues = "by-hand", autoStartup = "false")
		void byHand(String text) {
			this.received.add("by-hand " + text);
		}

		@QueueListener(id = "never", queues = "never", autoStartup = "false")
		void never(String text) {
		}

		@QueueListener(id = "paused", queues = "paused")
		void paused(String text) {
			this.received.add("paused " + text);
		}

		@StreamListener(id = "stream", streams = "stream", group = "group")
		void stream(String text) {
		}

		@ChannelListener(id = "channel", channels = "channel")
		void channel(String text) {
			this.received.add("channel " + text);
		}

	}

}
