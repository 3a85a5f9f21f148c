package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.message.Acknowledgment;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisCluster;
import io.redisbroker.test.RedisDeployment;
import io.redisbroker.test.RedisSentinel;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application starts and stops while Redis is down, or refuses its login, with
 * messages about that.
 */
@WithRedis(password = "right")
@ExtendWith(OutputCaptureExtension.class)
class StartWithoutRedisIntegrationTests {

	private final Received received = new Received();

	@Test
	void startsAsSoonAsTheConnectionIsRefusedAndStopsAtOnce(RedisServer redis, CapturedOutput output) {
		redis.kill();
		startsAndStopsQuickly(redis, output);
	}

	@Test
	void startsWithoutSentinelsAsSoonAsTheirConnectionsAreRefused(CapturedOutput output) {
		try (RedisSentinel sentinel = RedisSentinel.start()) {
			sentinel.sentinels().forEach(RedisServer::kill);
			sentinel.nodes().forEach(RedisServer::kill);
			startsAndStopsQuickly(sentinel, output);
		}
	}

	@Test
	void startsWithoutAClusterAsSoonAsItsConnectionsAreRefused(CapturedOutput output) {
		try (RedisCluster cluster = RedisCluster.builder().replicasPerPrimary(0).start()) {
			cluster.nodes().forEach(RedisServer::kill);
			startsAndStopsQuickly(cluster, output);
		}
	}

	private void startsAndStopsQuickly(RedisDeployment redis, CapturedOutput output) {
		AtomicLong started = new AtomicLong();
		long begin = System.nanoTime();
		runner(redis).run((context) -> {
			started.set(System.nanoTime());
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(ListenerRegistry.class).containers()).hasSize(5)
				.allMatch((container) -> container.isRunning() && !container.isConnected());
		});
		long stopped = System.nanoTime();
		assertThat(Duration.ofNanos(started.get() - begin)).isLessThan(Duration.ofSeconds(6));
		assertThat(Duration.ofNanos(stopped - started.get())).isLessThan(Duration.ofSeconds(2));
		assertThat(output).containsOnlyOnce("Listeners wait for Redis, and go on trying")
			.contains("Connection refused")
			.doesNotContain("can't read", "is not subscribed to", "hand back", "gives up");
	}

	@Test
	void listensWhenRedisComesAndTellsTheNextOutage(RedisServer redis, CapturedOutput output) {
		redis.kill();
		runner(redis).run((context) -> {
			redis.restart();
			context.getBean(RedisBroker.class).queue("jobs").send("one");
			assertThat(this.received.await(1)).containsExactly("one");
			redis.kill();
			await().untilAsserted(
					() -> assertThat(output).contains("Listener 'jobs' can't read jobs, and goes on trying"));
		});
	}

	@Test
	void tellsARefusedLoginOncePlainly(RedisServer redis, CapturedOutput output) {
		runner(redis).withPropertyValues("spring.data.redis.password=wrong")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsOnlyOnce("Redis refuses the login")
			.containsPattern("ERROR .*Redis refuses the login")
			.contains("WRONGPASS", "127.0.0.1:" + redis.port(), "spring.data.redis.password")
			.doesNotContain("can't read", "is not subscribed to", "hand back");
	}

	@Test
	void tellsThatRedisAsksForALogin(RedisServer redis, CapturedOutput output) {
		runner(redis).withPropertyValues("spring.data.redis.password=")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsOnlyOnce("Redis refuses the login").contains("NOAUTH");
	}

	@ParameterizedTest
	@ValueSource(strings = { "wrong", "" })
	void namesTheRefusedLoginWhenAskedToFailFast(String password, RedisServer redis) {
		runner(redis).withPropertyValues("redis-broker.fail-fast=true", "spring.data.redis.password=" + password)
			.run((context) -> {
				FailureAnalysis analysis = new BrokerConfigurationFailureAnalyzer()
					.analyze(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains("Redis refuses the login",
						password.isEmpty() ? "NOAUTH" : "WRONGPASS", "127.0.0.1:" + redis.port());
				assertThat(analysis.getAction()).contains("spring.data.redis");
			});
	}

	@Test
	void tellsEachListenerThatStartsAndStopsInALine(RedisServer redis, CapturedOutput output) {
		runner(redis).run((context) -> assertThat(output)
			.containsPattern("INFO .*Listener 'jobs' has started: queue jobs, concurrency 2, ack mode AUTO, "
					+ "consumer .+:jobs:\\S+")
			.containsPattern(
					"INFO .*Listener 'orders' has started: streams \\{o\\}orders and \\{o\\}refunds, group billing, "
							+ "concurrency 1, ack mode MANUAL, consumer .+:orders:\\S+")
			.containsPattern("INFO .*Listener 'prices' has started: channels prices and news.\\*, concurrency 1, "
					+ "ack mode NONE")
			.doesNotContain("has stopped"));
		assertThat(output).containsOnlyOnce("Listener 'jobs' has stopped")
			.containsOnlyOnce("Listener 'orders' has stopped")
			.containsOnlyOnce("Listener 'prices' has stopped")
			.containsOnlyOnce("Listener 'all' has stopped");
	}

	private ApplicationContextRunner runner(RedisDeployment redis) {
		return TestApplication.runner(redis).withBean(Received.class, () -> this.received).withBean(Listeners.class);
	}

	static class Listeners {

		private final Received received;

		Listeners(Received received) {
			this.received = received;
		}

		@QueueListener(queues = "jobs", id = "jobs", concurrency = "2")
		void jobs(String text) {
			this.received.add(text);
		}

		@QueueListener(queues = "once", id = "once", ackMode = AckMode.NONE)
		void once(String text) {
			this.received.add(text);
		}

		@StreamListener(streams = { "{o}orders", "{o}refunds" }, group = "billing", id = "orders",
				ackMode = AckMode.MANUAL)
		void orders(String text, Acknowledgment acknowledgment) {
			acknowledgment.acknowledge();
		}

		@StreamListener(streams = "all", id = "all", ackMode = AckMode.NONE)
		void all(String text) {
		}

		@ChannelListener(channels = "prices", patterns = "news.*", id = "prices")
		void prices(String text) {
		}

	}

}
