package io.redisbroker.autoconfigure;

import java.util.List;
import java.util.Map;

import io.redisbroker.annotation.StreamListener;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The effects of {@code redis-broker.preflight} at the start of an application.
 */
@WithRedis(perMethod = true)
@ExtendWith(OutputCaptureExtension.class)
class PreflightLifecycleIntegrationTests {

	private static final String IN_MEMORY = "Redis keeps messages in memory only";

	private RedisServer redis;

	private ApplicationContextRunner runner;

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.redis = redis;
		redis.commands().configSet("save", "");
		this.runner = TestApplication.runner(redis).withBean(Listener.class);
	}

	@Test
	void warnsInTheLogAndInTheHealth(CapturedOutput output) {
		this.runner.run((context) -> {
			await().untilAsserted(() -> assertThat(preflight(context)).containsKeys("servers", "notes")
				.extractingByKey("warnings")
				.asInstanceOf(InstanceOfAssertFactories.list(String.class))
				.anySatisfy((warning) -> assertThat(warning).startsWith(IN_MEMORY).endsWith("appendonly yes.")));
			assertThat(context.getBean(HealthIndicator.class).health().getStatus()).isEqualTo(Status.UP);
			assertThat(output).containsOnlyOnce(IN_MEMORY).containsOnlyOnce("Redis is not fit for messages");
		});
	}

	@Test
	void warnsAfterTheListenersHaveStarted() {
		this.runner.run((context) -> assertThat(context.getBean(PreflightLifecycle.class).getPhase())
			.isGreaterThan(context.getBean(ListenerRegistry.class).getPhase()));
	}

	@Test
	void warnsOnceRedisIsThere(CapturedOutput output) {
		this.redis.stop();
		// so that the listener does not wait for long either
		this.runner.withPropertyValues("spring.data.redis.timeout=1s").run((context) -> {
			assertThat(preflight(context)).isEmpty();
			this.redis.restart();
			await().untilAsserted(() -> assertThat(output).contains("Redis is not fit for messages"));
			assertThat(preflight(context)).isNotEmpty();
		});
	}

	@Test
	@EffectOf("redis-broker.preflight")
	void failsTheStartWhereThatIsAskedFor() {
		this.runner.withPropertyValues("redis-broker.preflight=fail").run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription())
				.startsWith("redis-broker.preflight is 'fail', and Redis is not fit for messages: ")
				.contains(IN_MEMORY, "; Redis has no replica");
			assertThat(analysis.getAction()).contains("appendonly yes", "Add a replica",
					"Or set redis-broker.preflight to 'warn'.");
		});
		assertThat(this.redis.commands().exists("orders")).as("Whether a listener has started").isZero();
	}

	@Test
	void startsWhereRedisIsFit() {
		this.redis.commands().configSet("appendonly", "yes");
		try (RedisServer replica = RedisServer.builder()
			.option("replicaof", this.redis.host() + " " + this.redis.port())
			.start()) {
			await()
				.untilAsserted(() -> assertThat(this.redis.info("replication")).containsEntry("connected_slaves", "1"));
			this.runner.withPropertyValues("redis-broker.preflight=fail").run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(preflight(context)).containsEntry("warnings", List.of());
			});
		}
	}

	@Test
	void failsTheStartWhenRedisCantBeAsked() {
		this.redis.stop();
		this.runner.withPropertyValues("redis-broker.preflight=fail").run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("Redis can't be asked");
			assertThat(analysis.getAction()).contains("See that Redis can be reached");
		});
	}

	@ParameterizedTest
	@CsvSource({ "redis-broker.preflight=warn, false, true", "spring.profiles.active=prod, true, true",
			"spring.profiles.active=production, true, true", "spring.profiles.active=dev, false, true",
			"redis-broker.stage=production, true, true", "redis-broker.embedded.enabled=true, false, false" })
	@EffectOf("redis-broker.stage")
	void warnsOfAMissingReplicaInProductionAndOfAMissingDiskButInDevelopment(String property, boolean replica,
			boolean disk) {
		this.runner.withPropertyValues(property).run((context) -> {
			await().untilAsserted(() -> assertThat(preflight(context)).containsKeys("warnings", "notes"));
			assertThat(preflight(context).get(replica ? "warnings" : "notes").toString())
				.contains("Redis has no replica");
			assertThat(preflight(context).get(disk ? "warnings" : "notes").toString()).contains(IN_MEMORY);
		});
	}

	@Test
	void lessStrictWhereThePropertySaysDevelopment() {
		this.runner.withPropertyValues("redis-broker.preflight=fail", "redis-broker.stage=development")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void asksNothingWhereItIsOff(CapturedOutput output) {
		this.runner.withPropertyValues("redis-broker.preflight=off").run((context) -> {
			await().untilAsserted(() -> assertThat(this.redis.commands().exists("orders")).isOne());
			assertThat(preflight(context)).isEmpty();
		});
		assertThat(this.redis.commandStats()).doesNotContainKey("config|get");
		assertThat(output).doesNotContain("Redis is not fit for messages");
	}

	@Test
	void asksNothingOfARedisThatNobodyListensTo() {
		TestApplication.runner(this.redis).run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.redis.commandStats()).doesNotContainKey("config|get");
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> preflight(ApplicationContext context) {
		Health health = context.getBean(HealthIndicator.class).health();
		return (Map<String, Object>) health.getDetails().getOrDefault("preflight", Map.of());
	}

	private static FailureAnalysis analyze(Throwable failure) {
		FailureAnalysis analysis = new BrokerConfigurationFailureAnalyzer().analyze(failure);
		assertThat(analysis).as("Analysis of " + failure).isNotNull();
		return analysis;
	}

	static class Listener {

		@StreamListener(streams = "orders", group = "billing")
		void listen(String order) {
		}

	}

}
