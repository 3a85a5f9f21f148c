package io.redisbroker.autoconfigure;

import java.util.List;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.listener.AckMode;
import io.redisbroker.message.Delivery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.Payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link BrokerConfigurationFailureAnalyzer}: a bad configuration fails at
 * start, with a message that says how to correct it.
 */
@ExtendWith(OutputCaptureExtension.class)
class BrokerConfigurationFailureAnalyzerTests {

	private final ApplicationContextRunner runner = TestApplication.runner();

	@Test
	void isWhatSpringBootPrintsWhenTheApplicationDoesNotStart(CapturedOutput output) {
		SpringApplication application = new SpringApplication(WithoutGroup.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		assertThatThrownBy(() -> application.run("--spring.main.banner-mode=off"));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("Description:", "has no group, but ack mode AUTO")
			.contains("Action:", "Name a group, or set the ack mode to NONE")
			.doesNotContain("at io.redisbroker");
	}

	@ParameterizedTest
	@MethodSource
	void saysWhatIsWrongWithAListener(Class<?> listener, String problem, String action) {
		this.runner.withUserConfiguration(listener).run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).startsWith("@StreamListener on " + listener.getName() + ".listen: ")
				.contains(problem)
				.endsWith(".");
			assertThat(analysis.getAction()).contains(action);
		});
	}

	static Stream<Arguments> saysWhatIsWrongWithAListener() {
		return Stream.of(
				arguments(WithoutGroup.class, "has no group, but ack mode AUTO",
						"Name a group, or set the ack mode to NONE to read without one."),
				arguments(WithoutStream.class, "names no stream", "Name the streams to read."),
				arguments(StreamTwice.class, "names a stream twice", "Name each stream once."),
				arguments(ConsumerWithoutGroup.class, "has a consumer, but no group", "Name a group."),
				arguments(UnknownStart.class, "startFrom is 'yesterday'", "'$' for new entries only, '0' for all"),
				arguments(ConcurrencyNotANumber.class, "concurrency is 'many'", "Set it to a whole number."),
				arguments(NoConcurrency.class, "concurrency is 0", "Set it to at least 1."),
				arguments(HugeBatch.class, "batch size is 10001", "Set it to a number from 1 to 10000."),
				arguments(NoDeliveries.class, "max deliveries is 0", "Set it to at least 1."),
				arguments(ReclaimDelayNotADuration.class, "reclaimDelay is 'soon'",
						"Set it to a duration such as 30s or PT1M."),
				arguments(ShortReclaimDelay.class, "reclaim delay is 10 ms", "at least 100 ms"),
				arguments(AutoStartupNotABoolean.class, "autoStartup is 'maybe'", "Set it to true or false."),
				arguments(ListAmongOthers.class, "It takes a List", "Make every parameter a List, or none"));
	}

	@Test
	void saysThatTwoListenersHaveOneId() {
		this.runner.withUserConfiguration(OneId.class).run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains(OneId.class.getName() + ".two",
					"Two listeners have the id 'billing'");
			assertThat(analysis.getAction()).startsWith("Give one of them another id.");
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					concurrency=0           | redis-broker.listener: The concurrency is 0             | Set it to at least 1.
					batch-size=0            | redis-broker.listener: The batch size is 0              | Set it to a number from 1 to 10000.
					max-deliveries=0        | redis-broker.listener: The max deliveries is 0          | Set it to at least 1.
					max-processing-time=-1s | redis-broker.listener: The max processing time is -1 s | Set it to 0 for no limit
					reclaim-delay=10ms      | redis-broker.listener: The reclaim delay is 10 ms       | at least 100 ms
					reclaim-delay=2d        | redis-broker.listener: The reclaim delay is 2 days      | at most a day
					backoff.initial=-1s     | redis-broker.listener.backoff: Backoff: initial (PT-1S) | redis-broker.listener.backoff
					backoff.initial=2m      | longer than max (PT1M)                                  | redis-broker.listener.backoff
					backoff.multiplier=0.5  | multiplier (0.5) must be at least 1                     | redis-broker.listener.backoff
					backoff.jitter=2        | jitter (2.0) from 0 to 1                                | redis-broker.listener.backoff
					backoff.delays=         | delays has no pause in it                               | redis-broker.listener.backoff
					backoff.delays=1s,,2s   | delays has no pause in it, or an empty one              | redis-broker.listener.backoff
					concurrency=2147483647  | redis-broker.listener: The concurrency is 2147483647    | Set it to at most 100000.
					dead-letter-retention.max-age=0s     | redis-broker.listener: dead-letter-retention: Dead letters are kept for 1 ms | Change dead-letter-retention.*
					dead-letter-retention.max-length=-1  | redis-broker.listener: dead-letter-retention: The number of dead letters     | Change dead-letter-retention.*
					exceptions.drop=java.lang.String     | redis-broker.listener: exceptions names java.lang.String, which is no exception | can be thrown
					""")
	void saysWhatIsWrongWithAProperty(String property, String problem, String action) {
		this.runner.withPropertyValues("redis-broker.listener." + property).run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains(problem);
			assertThat(analysis.getAction()).contains(action);
		});
	}

	@ParameterizedTest
	@CsvSource({ "redis-broker.health.down-after,-1s", "redis-broker.metrics.interval,-1s",
			"redis-broker.metrics.interval,106751991167300d",
			"redis-broker.channel.watchdog-timeout,106751991167300d" })
	void saysThatATimeMakesNoSense(String property, String time) {
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withPropertyValues(property + "=" + time)
			.run((context) -> {
				FailureAnalysis analysis = analyze(context.getStartupFailure());
				assertThat(analysis.getDescription()).startsWith(property + " is ").doesNotContain("PT");
				assertThat(analysis.getAction()).contains("at most a year");
			});
	}

	/** The last rule would win, and drop messages that should be retried. */
	@Test
	void saysThatAnExceptionIsTreatedInTwoWays() {
		this.runner
			.withPropertyValues("redis-broker.listener.exceptions.drop=java.io.IOException",
					"redis-broker.listener.exceptions.retry=java.io.IOException")
			.run((context) -> assertThat(analyze(context.getStartupFailure()).getDescription())
				.contains("redis-broker.listener: exceptions names java.io.IOException twice"));
	}

	/** Longer than any time that makes sense. */
	@Test
	void takesPausesAndAgesOfAnyLength() {
		String forEver = "106751991167300d";
		this.runner
			.withPropertyValues("redis-broker.listener.backoff.initial=" + forEver,
					"redis-broker.listener.backoff.max=" + forEver,
					"redis-broker.listener.dead-letter-retention.max-age=" + forEver)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void saysThatJedisWillNotDo() {
		this.runner.withPropertyValues("spring.data.redis.client-type=jedis").run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("redis-broker needs Lettuce", "JedisConnectionFactory");
			assertThat(analysis.getAction()).contains("spring.data.redis.client-type", "io.lettuce:lettuce-core");
		});
	}

	@Test
	void saysThatLettuceIsMissing() {
		this.runner.withClassLoader(new FilteredClassLoader("io.lettuce")).run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("redis-broker needs Lettuce", "JedisConnectionFactory");
			assertThat(analysis.getAction()).contains("io.lettuce:lettuce-core");
		});
	}

	@Test
	void saysThatAStaticMasterAndReplicaWillNotDo() {
		this.runner.withPropertyValues("spring.data.redis.masterreplica.nodes=one:6379,two:6379").run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("static master and replica");
			assertThat(analysis.getAction()).contains("spring.data.redis.sentinel", "spring.data.redis.cluster");
		});
	}

	@Test
	void saysThatDeadLettersInAClusterBelongIntoTheSlotOfTheirStream() {
		this.runner.withPropertyValues("spring.data.redis.cluster.nodes=127.0.0.1:1")
			.withUserConfiguration(DeadLettersElsewhere.class)
			.run((context) -> {
				FailureAnalysis analysis = analyze(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains("'orders' and its dead letters 'failures'",
						"different slots");
				assertThat(analysis.getAction()).contains("'{orders}:…'");
			});
	}

	@Test
	void namesAPlaceholderThatCantBeResolved() {
		this.runner.withUserConfiguration(UnknownPlaceholder.class).run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains(UnknownPlaceholder.class.getName() + ".listen",
					"'${orders.stream}' can't be resolved");
			assertThat(analysis.getAction()).contains("'orders.stream'");
		});
		this.runner.withUserConfiguration(BrokenExpression.class)
			.run((context) -> assertThat(analyze(context.getStartupFailure()).getDescription())
				.contains("'#{nobody.stream}' can't be resolved"));
		this.runner.withUserConfiguration(UnknownPlaceholderAsId.class)
			.run((context) -> assertThat(analyze(context.getStartupFailure()).getDescription())
				.contains(UnknownPlaceholderAsId.class.getName() + ".listen", "'${orders.id}' can't be resolved"));
	}

	/** Binding leaves the placeholder unresolved, and every key would start with it. */
	@Test
	void saysThatThePrefixOfKeysHasAPlaceholderThatCantBeResolved() {
		this.runner.withPropertyValues("redis-broker.key-prefix=${STAGE}-").run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("redis-broker.key-prefix is '${STAGE}-'");
			assertThat(analysis.getAction()).contains("placeholder");
		});
	}

	private static FailureAnalysis analyze(Throwable failure) {
		assertThat(failure).isNotNull();
		FailureAnalysis analysis = new BrokerConfigurationFailureAnalyzer().analyze(failure);
		assertThat(analysis).as("Analysis of " + failure).isNotNull();
		return analysis;
	}

	static class Listener {

		@StreamListener(streams = "orders", group = "billing")
		void listen(String order) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class WithoutGroup {

		@StreamListener("orders")
		void listen(String order) {
		}

	}

	static class WithoutStream {

		@StreamListener(group = "billing")
		void listen(String order) {
		}

	}

	static class StreamTwice {

		@StreamListener(streams = { "orders", "orders" }, group = "billing")
		void listen(String order) {
		}

	}

	static class ConsumerWithoutGroup {

		@StreamListener(streams = "orders", consumer = "one", ackMode = AckMode.NONE)
		void listen(String order) {
		}

	}

	static class UnknownStart {

		@StreamListener(streams = "orders", group = "billing", startFrom = "yesterday")
		void listen(String order) {
		}

	}

	static class ConcurrencyNotANumber {

		@StreamListener(streams = "orders", group = "billing", concurrency = "many")
		void listen(String order) {
		}

	}

	static class NoConcurrency {

		@StreamListener(streams = "orders", group = "billing", concurrency = "0")
		void listen(String order) {
		}

	}

	static class HugeBatch {

		@StreamListener(streams = "orders", group = "billing", batchSize = "10001")
		void listen(String order) {
		}

	}

	static class NoDeliveries {

		@StreamListener(streams = "orders", group = "billing", maxDeliveries = "0")
		void listen(String order) {
		}

	}

	static class ReclaimDelayNotADuration {

		@StreamListener(streams = "orders", group = "billing", reclaimDelay = "soon")
		void listen(String order) {
		}

	}

	static class ShortReclaimDelay {

		@StreamListener(streams = "orders", group = "billing", reclaimDelay = "10ms")
		void listen(String order) {
		}

	}

	static class AutoStartupNotABoolean {

		@StreamListener(streams = "orders", group = "billing", autoStartup = "maybe")
		void listen(String order) {
		}

	}

	static class ListAmongOthers {

		@StreamListener(streams = "orders", group = "billing")
		void listen(@Payload List<String> orders, Delivery delivery) {
		}

	}

	static class OneId {

		@StreamListener(streams = "orders", group = "billing", id = "billing")
		void one(String order) {
		}

		@StreamListener(streams = "orders", group = "shipping", id = "billing")
		void two(String order) {
		}

	}

	static class DeadLettersElsewhere {

		@StreamListener(streams = "orders", group = "billing", deadLetters = "failures")
		void listen(String order) {
		}

	}

	static class BrokenExpression {

		@StreamListener(streams = "#{nobody.stream}", group = "billing")
		void listen(String order) {
		}

	}

	static class UnknownPlaceholderAsId {

		@StreamListener(streams = "orders", group = "billing", id = "${orders.id}")
		void listen(String order) {
		}

	}

	static class UnknownPlaceholder {

		@StreamListener(streams = "${orders.stream}", group = "billing")
		void listen(String order) {
		}

	}

}
