package io.redisbroker.autoconfigure;

import java.util.List;
import java.util.Optional;

import io.lettuce.core.Range;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.listener.BrokerConfigurationException;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.validation.annotation.Validated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Constraints on parameters themselves: checked for each message, or refused.
 */
@WithRedis
@ExtendWith(OutputCaptureExtension.class)
class ParameterConstraintsIntegrationTests {

	private RedisServer redis;

	private ApplicationContextRunner runner;

	private final Received received = new Received();

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.redis = redis;
		this.runner = TestApplication.runner(redis).withBean(Received.class, () -> this.received);
	}

	@ParameterizedTest
	@ValueSource(classes = { One.class, OneOfValidated.class, OneBehindAnInterface.class, MayBeOne.class, Several.class,
			SeveralOfValidated.class, OfStream.class })
	void keepsAPayloadThatViolatesThemAsADeadLetter(Class<?> listener, CapturedOutput output) {
		this.runner.withUserConfiguration(listener).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			boolean stream = listener == OfStream.class;
			for (String item : List.of("lamp", "  ", "sofa")) {
				if (stream) {
					broker.stream("orders").send(item);
				}
				else {
					broker.queue("orders").send(item);
				}
			}
			assertThat(this.received.await(2)).containsExactly("lamp", "sofa");
			assertDeadLetter("items");
			assertThat(output).contains("items violates NotBlank");
		});
	}

	static class One extends Listener {

		@QueueListener(queues = "orders")
		void on(@NotBlank String items) {
			this.received.add(items);
		}

	}

	@Validated
	static class OneOfValidated extends Listener {

		@QueueListener(queues = "orders")
		public void on(@NotBlank String items) {
			this.received.add(items);
		}

	}

	interface Takes {

		void on(@NotBlank String items);

	}

	static class OneBehindAnInterface extends Listener implements Takes {

		@Override
		@QueueListener(queues = "orders")
		public void on(String items) {
			this.received.add(items);
		}

	}

	static class MayBeOne extends Listener {

		@QueueListener(queues = "orders")
		void on(Optional<@NotBlank String> items) {
			this.received.add(items.orElseThrow());
		}

	}

	static class Several extends Listener {

		@QueueListener(queues = "orders")
		void on(List<@NotBlank String> items) {
			items.forEach(this.received::add);
		}

	}

	@Validated
	static class SeveralOfValidated extends Listener {

		@QueueListener(queues = "orders")
		public void on(List<@NotBlank String> items) {
			items.forEach(this.received::add);
		}

	}

	static class OfStream extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void on(List<@NotBlank String> items) {
			items.forEach(this.received::add);
		}

	}

	@ParameterizedTest
	@ValueSource(classes = { WithHeader.class, WithHeaders.class })
	void checksHeadersToo(Class<?> listener) {
		this.runner.withUserConfiguration(listener).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.queue("orders").withHeader("region", " ").send("lamp");
			broker.queue("orders").withHeader("region", "eu").send("sofa");
			assertThat(this.received.await(1)).containsExactly(List.of("sofa", "eu"));
			assertDeadLetter("region");
		});
	}

	static class WithHeader extends Listener {

		@QueueListener(queues = "orders")
		void on(@NotNull String item, @Header("region") @NotBlank String region) {
			this.received.add(item, region);
		}

	}

	static class WithHeaders extends Listener {

		@QueueListener(queues = "orders")
		void on(List<String> items, @Header("region") List<@NotBlank String> region) {
			for (int i = 0; i < items.size(); i++) {
				this.received.add(items.get(i), region.get(i));
			}
		}

	}

	@Test
	void refusesThoseThatCantBeEvaluated() {
		assertRefused(this.runner, InAMessage.class, "validators don't look for constraints inside of a Message",
				"Message<@Valid T>");
		assertRefused(this.runner, NotForItsType.class, "The constraints on its parameters can't be evaluated",
				"on fields of the payload's type");
		assertRefused(this.runner, OnABatch.class, "Its parameter 1", "@Size on it would not be checked");
	}

	static class InAMessage {

		@QueueListener(queues = "orders")
		void on(Message<@NotBlank String> item) {
		}

	}

	static class NotForItsType {

		@QueueListener(queues = "orders")
		void on(@NotBlank Integer item) {
		}

	}

	static class OnABatch {

		@QueueListener(queues = "orders")
		void on(@Size(max = 10) List<String> items) {
		}

	}

	@Test
	void leavesConstraintsOnABatchToTheProxyOfItsBean() {
		this.runner.withUserConfiguration(OnABatchOfValidated.class).run((context) -> {
			context.getBean(RedisBroker.class).queue("orders").send("lamp");
			assertThat(this.received.await(1)).containsExactly("lamp");
		});
	}

	@Validated
	static class OnABatchOfValidated extends Listener {

		@QueueListener(queues = "orders")
		public void on(@Size(max = 10) List<@NotBlank String> items) {
			items.forEach(this.received::add);
		}

	}

	@ParameterizedTest
	@ValueSource(classes = { One.class, Several.class, WithHeader.class })
	void refusesThemWithoutAValidator(Class<?> listener) {
		assertRefused(
				new ApplicationContextRunner().withBean(Received.class, () -> this.received)
					.withConfiguration(AutoConfigurations.of(RedisBrokerAutoConfiguration.class,
							DataRedisAutoConfiguration.class)),
				listener, "@NotBlank on it would not be checked", "Add spring-boot-starter-validation");
	}

	private static void assertRefused(ApplicationContextRunner runner, Class<?> listener, String problem,
			String action) {
		runner.withUserConfiguration(listener)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(BrokerConfigurationException.class)
				.hasMessageContaining(problem)
				.hasMessageContaining(action));
	}

	private void assertDeadLetter(String parameter) {
		await().untilAsserted(() -> assertThat(this.redis.commands().xrange("{orders}:dlq", Range.unbounded()))
			.singleElement()
			.satisfies((letter) -> assertThat(letter.getBody()).containsEntry("dead-letter-reason", "UNDECODABLE")
				.hasEntrySatisfying("dead-letter-message",
						(message) -> assertThat(message).contains("Error in object '" + parameter + "'")
							.contains("must not be blank"))));
	}

	abstract static class Listener {

		@Autowired
		Received received;

	}

}
