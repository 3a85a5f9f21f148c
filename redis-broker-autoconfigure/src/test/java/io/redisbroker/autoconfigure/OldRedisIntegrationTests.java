package io.redisbroker.autoconfigure;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.protocol.CommandType;
import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.failure.UnsupportedRedisException;
import io.redisbroker.listener.AckMode;
import io.redisbroker.queue.QueueOrder;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A Redis before 7.0 is refused by everything that uses it, and nothing is written to it.
 */
class OldRedisIntegrationTests {

	@TempDir
	static Path directory;

	private static RedisServer redis;

	private static String version;

	@BeforeAll
	static void start() throws IOException {
		redis = OldRedis.start(directory);
		version = redis.info("server").get("redis_version");
		assertThat(version).startsWith("6.2.");
	}

	@AfterAll
	static void stop() {
		if (redis != null) {
			redis.close();
		}
	}

	@ParameterizedTest
	@ValueSource(classes = { Stream.class, FanOut.class, Queue.class, PoppedQueue.class, CircularQueue.class,
			Channel.class, Shard.class })
	void everyListenerIsRefusedAtStart(Class<?> listener) {
		runner().withUserConfiguration(listener).run((context) -> {
			BrokerConfigurationException failure = (BrokerConfigurationException) rootOf(context.getStartupFailure());
			FailureAnalysis analysis = new BrokerConfigurationFailureAnalyzer().analyze(failure);
			assertThat(analysis.getDescription()).contains("Redis is " + version + ", but redis-broker needs 7.0");
			assertThat(analysis.getAction()).contains("Use Redis 7.0 or later, or Valkey");
		});
		assertThat(redis.commands().keys("*")).isEmpty();
	}

	@Test
	void sendersAreRefused() {
		runner().run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			assertThatExceptionOfType(UnsupportedRedisException.class)
				.isThrownBy(() -> broker.stream("orders").send("x"))
				.withMessage(
						"Redis is " + version + ", but redis-broker needs 7.0. Use Redis 7.0 or later, or Valkey.");
			assertThatExceptionOfType(UnsupportedRedisException.class)
				.isThrownBy(() -> broker.queue("orders").send("x"));
			assertThatExceptionOfType(UnsupportedRedisException.class)
				.isThrownBy(() -> broker.channel("orders").publish("x"));
			assertThat(broker.queue("orders").sendAsync("x")).failsWithin(Duration.ofSeconds(5));
		});
		assertThat(redis.commands().keys("*")).isEmpty();
	}

	@Test
	void aUserWhoMayNotAskForInfoIsToldToo() {
		redis.commands()
			.aclSetuser("shop",
					new AclSetuserArgs().on()
						.addPassword("secret")
						.allKeys()
						.allChannels()
						.allCommands()
						.removeCommand(CommandType.INFO));
		runner().withPropertyValues("spring.data.redis.username=shop", "spring.data.redis.password=secret")
			.withUserConfiguration(Queue.class)
			.run((context) -> assertThat(rootOf(context.getStartupFailure()))
				.hasMessageContaining("but redis-broker needs 7.0"));
	}

	@Test
	void thePreflightSaysSo() {
		runner().withPropertyValues("redis-broker.preflight=fail")
			.withUserConfiguration(Queue.class)
			.run((context) -> assertThat(rootOf(context.getStartupFailure()))
				.hasMessageContaining("redis-broker.preflight is 'fail'")
				.hasMessageContaining("Redis is " + version + ", but redis-broker needs 7.0"));
	}

	private static ApplicationContextRunner runner() {
		return TestApplication.runner(redis);
	}

	private static Throwable rootOf(Throwable failure) {
		Throwable root = failure;
		while (root.getCause() != null && !(root instanceof BrokerConfigurationException)) {
			root = root.getCause();
		}
		return root;
	}

	static class Stream {

		@StreamListener(streams = "orders", group = "billing")
		void listen(String order) {
		}

	}

	static class FanOut {

		@StreamListener(streams = "orders", ackMode = AckMode.NONE)
		void listen(String order) {
		}

	}

	static class Queue {

		@QueueListener(queues = "orders")
		void listen(String order) {
		}

	}

	static class PoppedQueue {

		@QueueListener(queues = "orders", ackMode = AckMode.NONE)
		void listen(String order) {
		}

	}

	static class CircularQueue {

		@QueueListener(queues = "orders", order = QueueOrder.CIRCULAR)
		void listen(String order) {
		}

	}

	static class Channel {

		@ChannelListener(channels = "orders")
		void listen(String order) {
		}

	}

	static class Shard {

		@ChannelListener(channels = "orders", sharded = true)
		void listen(String order) {
		}

	}

}
