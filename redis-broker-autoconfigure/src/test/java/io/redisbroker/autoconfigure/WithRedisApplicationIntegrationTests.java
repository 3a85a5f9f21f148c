package io.redisbroker.autoconfigure;

import java.util.concurrent.atomic.AtomicReference;

import io.redisbroker.annotation.QueueListener;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisCluster;
import io.redisbroker.test.RedisDeployment;
import io.redisbroker.test.RedisSentinel;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.RedisTopology;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

/**
 * Tests of an application with {@link WithRedis}, or with the embedded Redis, although
 * its properties name another Redis.
 */
class WithRedisApplicationIntegrationTests {

	private static final AtomicReference<ConfigurableApplicationContext> context = new AtomicReference<>();

	@Test
	void theContextIsConnectedToTheRedisOfTheTestAndEndsBeforeIt() {
		succeeds(Annotated.class, 3);
		assertThat(context.get().isActive()).isFalse();
		// again with another Redis, not with the cached context
		succeeds(Annotated.class, 3);
	}

	@Test
	void theContextIsConnectedToSentinelsAndToACluster() {
		succeeds(WithSentinels.class, 1);
		succeeds(WithCluster.class, 1);
	}

	@Test
	void aContextCantHaveARedisPerMethod() {
		run(PerMethod.class).allEvents()
			.assertThatEvents()
			.haveAtLeast(1, finishedWithFailure(message((text) -> text.contains("remove perMethod"))));
	}

	@Test
	void theEmbeddedRedisIsUsedInPlaceOfTheUrl() {
		succeeds(Embedded.class, 1);
	}

	private static void succeeds(Class<?> testClass, int tests) {
		EngineExecutionResults results = run(testClass);
		assertThat(results.allEvents()
			.failed()
			.stream()
			.map((event) -> event.getRequiredPayload(TestExecutionResult.class).getThrowable().orElseThrow()))
			.isEmpty();
		assertThat(results.testEvents().succeeded().count()).isEqualTo(tests);
	}

	private static EngineExecutionResults run(Class<?> testClass) {
		return EngineTestKit.engine("junit-jupiter").selectors(selectClass(testClass)).execute();
	}

	private static void sendsAndReceives(RedisBroker broker, Jobs jobs) {
		broker.queue("jobs").send("one");
		assertThat(jobs.received.await(1)).contains("one");
	}

	@WithRedis(password = "secret")
	@SpringBootTest(classes = Application.class, properties = {
			"spring.data.redis.url=rediss://user:other@localhost:6399/2", "spring.data.redis.password=other" })
	static class Annotated {

		@Autowired
		private RedisBroker broker;

		@Autowired
		private Jobs jobs;

		@Autowired
		private RedisServer bean;

		@RepeatedTest(2)
		void sendsAndReceives(RedisServer redis, @Autowired ConfigurableApplicationContext application) {
			context.set(application);
			assertThat(this.bean).isSameAs(redis);
			WithRedisApplicationIntegrationTests.sendsAndReceives(this.broker, this.jobs);
			assertThat(redis.info("keyspace").keySet()).isSubsetOf("db0");
		}

		@AfterAll
		static void theContextStillRuns(RedisServer redis) {
			assertThat(redis.isRunning()).isTrue();
			assertThat(context.get().isActive()).isTrue();
		}

		@Nested
		class Inner {

			@Test
			void sharesIt(@Autowired RedisServer bean) {
				assertThat(bean).isSameAs(Annotated.this.bean);
			}

		}

	}

	@WithRedis(topology = RedisTopology.SENTINEL)
	@SpringBootTest(classes = Application.class, properties = "spring.data.redis.url=redis://localhost:6399")
	static class WithSentinels {

		@Test
		void sendsAndReceives(RedisSentinel redis, @Autowired RedisBroker broker, @Autowired Jobs jobs) {
			WithRedisApplicationIntegrationTests.sendsAndReceives(broker, jobs);
		}

	}

	@WithRedis(topology = RedisTopology.CLUSTER, replicas = 0)
	@SpringBootTest(classes = Application.class, properties = "spring.data.redis.url=redis://localhost:6399")
	static class WithCluster {

		@Test
		void sendsAndReceives(RedisCluster redis, @Autowired RedisBroker broker, @Autowired Jobs jobs) {
			WithRedisApplicationIntegrationTests.sendsAndReceives(broker, jobs);
		}

	}

	@WithRedis(perMethod = true)
	@SpringBootTest(classes = Application.class)
	static class PerMethod {

		@Test
		void isNotReached(RedisDeployment redis) {
		}

	}

	@SpringBootTest(classes = Application.class,
			properties = { "spring.data.redis.url=rediss://localhost:6399/3", "redis-broker.embedded.enabled=true" })
	static class Embedded {

		@Test
		void sendsAndReceives(@Autowired RedisServer redis, @Autowired RedisBroker broker, @Autowired Jobs jobs) {
			WithRedisApplicationIntegrationTests.sendsAndReceives(broker, jobs);
			broker.stream("orders").send("one");
			assertThat(redis.info("keyspace")).containsOnlyKeys("db3");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Jobs jobs() {
			return new Jobs();
		}

	}

	static class Jobs {

		private final Received received = new Received();

		@QueueListener("jobs")
		void listen(String job) {
			this.received.add(job);
		}

	}

}
