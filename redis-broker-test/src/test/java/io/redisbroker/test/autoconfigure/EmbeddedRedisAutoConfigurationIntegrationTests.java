package io.redisbroker.test.autoconfigure;

import java.util.concurrent.atomic.AtomicReference;

import io.redisbroker.test.RedisServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EmbeddedRedisAutoConfiguration} with a real server.
 */
@ExtendWith(OutputCaptureExtension.class)
class EmbeddedRedisAutoConfigurationIntegrationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(EmbeddedRedisAutoConfiguration.class, DataRedisAutoConfiguration.class))
		.withPropertyValues("redis-broker.embedded.enabled=true");

	@Test
	void startsAServerThatTheApplicationUses(CapturedOutput output) {
		this.runner.run((context) -> {
			RedisServer server = context.getBean(RedisServer.class);
			context.getBean(StringRedisTemplate.class).opsForValue().set("key", "value");
			assertThat(server.commands().get("key")).isEqualTo("value");
			assertThat(output).containsOnlyOnce("redis-cli -p " + server.port());
		});
	}

	@Test
	void usesTheDatabaseOfTheApplication() {
		this.runner.withPropertyValues("spring.data.redis.database=3").run((context) -> {
			context.getBean(StringRedisTemplate.class).opsForValue().set("key", "value");
			assertThat(context.getBean(RedisServer.class).info("keyspace")).containsOnlyKeys("db3");
		});
	}

	/** As an application has them beside one another in its application.yml. */
	@ParameterizedTest
	@ValueSource(strings = { "redis://localhost:6399/3", "rediss://user:other@localhost:6399/3?timeout=1s" })
	void isUsedInPlaceOfAUrlInTheSamePlace(String url, CapturedOutput output) {
		this.runner.withPropertyValues("spring.data.redis.url=" + url).run((context) -> {
			context.getBean(StringRedisTemplate.class).opsForValue().set("key", "value");
			assertThat(context.getBean(RedisServer.class).info("keyspace")).containsOnlyKeys("db3");
		});
		assertThat(output).containsOnlyOnce("The embedded Redis is used in place of spring.data.redis.url");
	}

	@Test
	void isUsedInPlaceOfACluster() {
		this.runner.withPropertyValues("spring.data.redis.cluster.nodes=localhost:6399", "spring.data.redis.password=x")
			.run((context) -> {
				context.getBean(StringRedisTemplate.class).opsForValue().set("key", "value");
				assertThat(context.getBean(RedisServer.class).commands().get("key")).isEqualTo("value");
			});
	}

	@Test
	void listensOnTheChosenPort() {
		int port;
		try (RedisServer free = RedisServer.start()) {
			port = free.port();
		}
		this.runner.withPropertyValues("redis-broker.embedded.port=" + port)
			.run((context) -> assertThat(context.getBean(RedisServer.class).port()).isEqualTo(port));
	}

	@Test
	void saysWhatToDoWhenTheChosenPortIsInUse() {
		try (RedisServer other = RedisServer.start()) {
			this.runner.withPropertyValues("redis-broker.embedded.port=" + other.port()).run((context) -> {
				FailureAnalysis analysis = new EmbeddedRedisFailureAnalyzer().analyze(context.getStartupFailure());
				assertThat(analysis).isNotNull();
				assertThat(analysis.getDescription()).contains("Port " + other.port()).contains("in use");
				assertThat(analysis.getAction()).contains("redis-broker.embedded.port");
			});
		}
	}

	@Test
	void connectsToAServerOfTheUser(CapturedOutput output) {
		this.runner
			.withBean("own", RedisServer.class,
					() -> RedisServer.builder().password("secret").option("maxmemory", "50mb").start())
			.run((context) -> {
				assertThat(context).hasSingleBean(RedisServer.class);
				context.getBean(StringRedisTemplate.class).opsForValue().set("key", "value");
				assertThat(context.getBean(RedisServer.class).commands().get("key")).isEqualTo("value");
			});
		assertThat(output).doesNotContain("redis-cli");
	}

	@Test
	void endsAfterWhatUsesIt() {
		AtomicReference<RedisServer> server = new AtomicReference<>();
		LastWords lastWords = new LastWords();
		this.runner.withBean(LastWords.class, () -> lastWords).run((context) -> {
			server.set(context.getBean(RedisServer.class));
			lastWords.template = context.getBean(StringRedisTemplate.class);
		});
		assertThat(lastWords.length).isEqualTo(1);
		assertThat(server.get().isRunning()).isFalse();
	}

	/**
	 * Uses Redis while the context closes.
	 */
	static class LastWords implements SmartLifecycle {

		private StringRedisTemplate template;

		private Long length;

		private boolean running;

		@Override
		public void start() {
			this.running = true;
		}

		@Override
		public void stop() {
			this.length = this.template.opsForList().leftPush("last", "words");
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

	}

}
