package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.AclSetuserArgs;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.event.SubscriptionGapEvent;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The start of an application with channels when Redis is away, or does not let it
 * subscribe, and its messages about that.
 */
@WithRedis
class ChannelStartIntegrationTests {

	private ApplicationContextRunner runner;

	private final Received received = new Received();

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.runner = TestApplication.runner(redis)
			.withPropertyValues("redis-broker.health.down-after=0s")
			.withBean(Received.class, () -> this.received);
	}

	static class Prices {

		private final Received received;

		private final List<SubscriptionGapEvent> gaps = new CopyOnWriteArrayList<>();

		Prices(Received received) {
			this.received = received;
		}

		@ChannelListener(channels = "prices", patterns = "news.*", id = "prices")
		void listen(String text) {
			this.received.add(text);
		}

		@EventListener
		void gap(SubscriptionGapEvent event) {
			this.gaps.add(event);
		}

	}

	static class Joining {

		@ChannelListener(channels = "prices", id = "joining", autoStartup = "false")
		void listen(String text) {
		}

	}

	static class Stream {

		@StreamListener(streams = "orders", group = "billing", id = "orders")
		void listen(String text) {
		}

	}

	static class Queue {

		@QueueListener(queues = "jobs", id = "jobs")
		void listen(String text) {
		}

	}

	@Test
	void startsWithoutRedisAndListensWhenItComes(RedisServer redis) {
		redis.kill();
		this.runner.withBean(Prices.class).run((context) -> {
			assertThat(context).hasNotFailed();
			HealthIndicator health = context.getBean(HealthIndicator.class);
			assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
			assertThat(health.health().getDetails().get("listeners").toString()).contains("state=disconnected",
					"missing=[news.*, prices]");
			redis.restart();
			await().untilAsserted(() -> assertThat(health.health().getStatus()).isEqualTo(Status.UP));
			assertThat(health.health().getDetails().get("listeners").toString()).contains("state=listening");
			assertThat(context.getBean(RedisBroker.class).channel("prices").publish("now")).isEqualTo(1);
			assertThat(this.received.await(1)).containsExactly("now");
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { Prices.class, Stream.class, Queue.class })
	@EffectOf("redis-broker.fail-fast")
	void failsTheStartWithoutRedisIfAskedTo(Class<?> listener, RedisServer redis) {
		redis.kill();
		this.runner.withBean(listener)
			.withPropertyValues("redis-broker.fail-fast=true", "spring.data.redis.timeout=1s")
			.run((context) -> {
				FailureAnalysis analysis = analyze(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains("Redis can't be reached", "Connection refused");
				assertThat(analysis.getAction()).contains("redis-broker.fail-fast");
			});
	}

	@Test
	void startsWithRedisAlsoWhenAskedToFailFast() {
		this.runner.withBean(Prices.class)
			.withBean(Stream.class)
			.withPropertyValues("redis-broker.fail-fast=true")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void reportsEachGapByAnEventAndAMeter(RedisServer redis) {
		this.runner.withBean(Prices.class).withBean(MeterRegistry.class, SimpleMeterRegistry::new).run((context) -> {
			Prices prices = context.getBean(Prices.class);
			redis.kill();
			HealthIndicator health = context.getBean(HealthIndicator.class);
			await().untilAsserted(() -> assertThat(health.health().getStatus()).isEqualTo(Status.DOWN));
			redis.restart();
			await().until(() -> prices.gaps.size() == 2);
			assertThat(prices.gaps).extracting(SubscriptionGapEvent::channel)
				.containsExactlyInAnyOrder("prices", "news.*");
			assertThat(prices.gaps).allSatisfy((gap) -> {
				assertThat(gap.listenerId()).isEqualTo("prices");
				assertThat(gap.duration()).isPositive().isLessThan(Duration.ofMinutes(1));
			});
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			assertThat(meters.get("redis.broker.channel.gap")
				.tag("listener", "prices")
				.tag("channel", "news.*")
				.timer()
				.totalTime(TimeUnit.NANOSECONDS)).isPositive();
			await().until(() -> meters.find("redis.broker.listener.disconnected").timer() != null);
		});
	}

	@Test
	void saysAtStartWhichRightsAreMissing(RedisServer redis) {
		redis.commands()
			.aclSetuser("shop",
					AclSetuserArgs.Builder.on().addPassword("secret").allKeys().channelPattern("other").allCommands());
		this.runner.withBean(Prices.class)
			.withPropertyValues("spring.data.redis.username=shop", "spring.data.redis.password=secret")
			.run((context) -> {
				FailureAnalysis analysis = analyze(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains("Listener 'prices'", "NOPERM");
				assertThat(analysis.getAction()).contains("ACL SETUSER", "&prices", "&news.*");
			});
	}

	/** The first listener goes on trying, and a later one gets the problem at once. */
	@Test
	void isDownForAllWhoListenToWhatRedisRefuses(RedisServer redis) {
		redis.commands()
			.aclSetuser("shop",
					AclSetuserArgs.Builder.on().addPassword("secret").allKeys().channelPattern("*").allCommands());
		this.runner.withBean(Prices.class)
			.withBean(Joining.class)
			.withPropertyValues("spring.data.redis.username=shop", "spring.data.redis.password=secret",
					"redis-broker.preflight=off")
			.run((context) -> {
				HealthIndicator health = context.getBean(HealthIndicator.class);
				await().untilAsserted(() -> assertThat(health.health().getStatus()).isEqualTo(Status.UP));
				redis.commands().aclSetuser("shop", new AclSetuserArgs().resetChannels().channelPattern("news.*"));
				await().untilAsserted(() -> assertThat(health.health().getStatus()).isEqualTo(Status.DOWN));
				await().untilAsserted(() -> assertThat(detail(health, "prices")).contains("missing=[prices]"));
				ListenerContainer joining = context.getBean(ListenerRegistry.class).container("joining").orElseThrow();
				assertThat(joining.start()).failsWithin(Duration.ofSeconds(2))
					.withThrowableThat()
					.withMessageContaining("NOPERM");
				assertThat(detail(health, "joining")).contains("state=gave up", "NOPERM", "'joining'");
				assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
				redis.commands().aclSetuser("shop", new AclSetuserArgs().channelPattern("*"));
				await().untilAsserted(() -> assertThat(detail(health, "prices")).contains("state=listening"));
				joining.start().join();
				assertThat(detail(health, "joining")).contains("state=listening");
				assertThat(health.health().getStatus()).isEqualTo(Status.UP);
			});
	}

	private static String detail(HealthIndicator health, String listener) {
		return ((Map<?, ?>) health.health().getDetails().get("listeners")).get(listener).toString();
	}

	/** With the default this takes 6 s and more. */
	@Test
	@EffectOf("redis-broker.channel.watchdog-timeout")
	void theWatchdogTakesASilentServerForDeadInTime(RedisServer redis) {
		this.runner.withPropertyValues("redis-broker.channel.watchdog-timeout=1s")
			.withBean(Prices.class)
			.run((context) -> {
				ListenerContainer prices = context.getBean(ListenerRegistry.class).containers().iterator().next();
				await().until(prices::isConnected);
				redis.freeze();
				try {
					await().atMost(Duration.ofSeconds(5)).until(() -> !prices.isConnected());
				}
				finally {
					redis.resume();
				}
			});
	}

	@Test
	void refusesAWatchdogThatWouldTakeABusyServerForDead() {
		this.runner.withPropertyValues("redis-broker.channel.watchdog-timeout=500ms").run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("redis-broker.channel.watchdog-timeout is 500 ms");
			assertThat(analysis.getAction()).contains("at least 1s");
		});
	}

	private static FailureAnalysis analyze(Throwable failure) {
		assertThat(failure).isNotNull();
		FailureAnalysis analysis = new BrokerConfigurationFailureAnalyzer().analyze(failure);
		assertThat(analysis).as("analysis of %s", failure).isNotNull();
		return analysis;
	}

}
