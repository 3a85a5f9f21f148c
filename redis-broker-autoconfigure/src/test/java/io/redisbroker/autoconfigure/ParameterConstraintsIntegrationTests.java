package io.redisbroker.autoconfigure;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import io.lettuce.core.Range;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Valid;
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

	static class InAMessage extends Listener {

		@QueueListener(queues = "orders")
		void on(Message<@NotBlank String> items) {
			this.received.add(items.getPayload());
		}

	}

	@Validated
	static class InAMessageOfValidated extends Listener {

		@QueueListener(queues = "orders")
		public void on(Message<@NotBlank String> items) {
			this.received.add(items.getPayload());
		}

		@QueueListener(queues = "others")
		public void other(Message<@Valid Order> order) {
		}

	}

	static class BesideAValidMessage extends Listener {

		@QueueListener(queues = "orders")
		void on(@NotBlank String items) {
			this.received.add(items);
		}

		@QueueListener(queues = "others")
		void on(Message<@Valid Order> order, @Header("region") @NotBlank String region) {
		}

	}

	record Order(@NotBlank String item) {

	}

	static class SeveralMessages extends Listener {

		@QueueListener(queues = "orders")
		void on(List<Message<@NotBlank String>> items) {
			items.forEach((item) -> this.received.add(item.getPayload()));
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

	@Test
	void takesTheGroupsOfTheClass() {
		this.runner.withUserConfiguration(OfAGroup.class).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.queue("orders").send("lamp");
			broker.queue("orders").send("too long");
			assertThat(this.received.await(1)).containsExactly("lamp");
			assertDeadLetter("items", "size must be between 0 and 4");
		});
	}

	@Validated(Import.class)
	static class OfAGroup extends Listener {

		@QueueListener(queues = "orders")
		public void on(@Size(max = 4, groups = Import.class) @Size(max = 2) String items) {
			this.received.add(items);
		}

	}

	interface Import {

	}

	@Test
	void checksTheValuesOfAMapForNull() {
		this.runner.withUserConfiguration(OfAMap.class).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.queue("orders").send("{\"lamp\":null}");
			broker.queue("orders").send("{\"lamp\":1}");
			assertThat(this.received.await(1)).containsExactly(Map.of("lamp", 1));
			assertDeadLetter("items", "must not be null");
		});
	}

	static class OfAMap extends Listener {

		@QueueListener(queues = "orders")
		void on(Map<String, @NotNull Integer> items) {
			this.received.add(items);
		}

	}

	/**
	 * A database that a validator needs may be down, which is not the fault of the
	 * message.
	 */
	@ParameterizedTest
	@ValueSource(classes = { LooksUp.class, LooksUpSeveral.class, LooksUpInsideOfIt.class })
	void triesAgainWhereAValidatorFails(Class<?> listener) {
		Known.failures.set(2);
		this.runner.withUserConfiguration(listener)
			.withPropertyValues("redis-broker.listener.backoff.initial=10ms")
			.run((context) -> {
				context.getBean(RedisBroker.class).queue("orders").send(new Sku("lamp"));
				assertThat(this.received.await(1)).containsExactly(new Sku("lamp"));
				assertThat(Known.failures).hasValue(-1);
				assertThat(this.redis.commands().exists("{orders}:dlq")).isZero();
			});
	}

	static class LooksUp extends Listener {

		@QueueListener(queues = "orders")
		void on(@ExistsInDatabase Sku item) {
			this.received.add(item);
		}

	}

	static class LooksUpSeveral extends Listener {

		@QueueListener(queues = "orders")
		void on(List<@ExistsInDatabase Sku> items) {
			items.forEach(this.received::add);
		}

	}

	static class LooksUpInsideOfIt extends Listener {

		@QueueListener(queues = "orders")
		void on(@Valid Holder holder) {
			this.received.add(new Sku(holder.name()));
		}

	}

	record Holder(@ExistsInDatabase String name) {

	}

	record Sku(String name) {

	}

	@Target({ ElementType.PARAMETER, ElementType.TYPE_USE, ElementType.FIELD })
	@Retention(RetentionPolicy.RUNTIME)
	@Constraint(validatedBy = Known.class)
	@interface ExistsInDatabase {

		String message() default "is not known";

		Class<?>[] groups() default {};

		Class<? extends jakarta.validation.Payload>[] payload() default {};

	}

	/** Accepts no null, like some validators. */
	public static class Known implements ConstraintValidator<ExistsInDatabase, Object> {

		static final AtomicInteger failures = new AtomicInteger();

		@Override
		public boolean isValid(Object value, ConstraintValidatorContext context) {
			if (value.toString().isEmpty() || failures.getAndDecrement() > 0) {
				throw new IllegalStateException("The database is away");
			}
			return true;
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
		assertRefused(this.runner, InAWildcard.class, "Its parameter 1", "@NotBlank on it would not be checked");
		assertRefused(this.runner, InAnArray.class, "@NotBlank on it would not be checked", "nor into arrays");
		assertRefused(this.runner, NotForItsType.class, "The constraints on its parameters can't be evaluated",
				"on fields of the payload's type");
		assertRefused(this.runner, OnABatch.class, "Its parameter 1", "@Size on it would not be checked");
	}

	static class InAWildcard {

		@QueueListener(queues = "orders")
		void on(List<? extends @NotBlank String> items) {
		}

	}

	static class InAnArray {

		@QueueListener(queues = "orders")
		void on(List<@NotBlank String[]> items) {
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
		assertDeadLetter(parameter, "must not be blank");
	}

	private void assertDeadLetter(String parameter, String problem) {
		await().untilAsserted(() -> assertThat(this.redis.commands().xrange("{orders}:dlq", Range.unbounded()))
			.singleElement()
			.satisfies((letter) -> assertThat(letter.getBody()).containsEntry("dead-letter-reason", "UNDECODABLE")
				.hasEntrySatisfying("dead-letter-message",
						(message) -> assertThat(message).contains("Error in object '" + parameter + "'")
							.contains(problem))));
	}

	abstract static class Listener {

		@Autowired
		Received received;

	}

}
