package io.redisbroker.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.lettuce.core.Range;
import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.Validated;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Payloads are validated, with each form of the annotation on the parameter, by the
 * validator of the application.
 */
@WithRedis
class PayloadValidationIntegrationTests {

	private static final Order VALID = new Order("lamp");

	private static final Order INVALID = new Order(" ");

	private RedisServer redis;

	private ApplicationContextRunner runner;

	private final Received received = new Received();

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.redis = redis;
		this.runner = TestApplication.runner(redis).withBean(Received.class, () -> this.received);
	}

	@ParameterizedTest
	@ValueSource(classes = { OneValid.class, OneValidated.class, ListOfValid.class, ValidList.class,
			ListOfMessagesOfValid.class, ValidMessage.class, MessageOfValid.class, MessageOfOptionalOfValid.class,
			OptionalOfValid.class, ValidOptional.class, ListOfMessagesOfOptionalOfValid.class,
			ValidBehindAnInterface.class })
	void keepsAnInvalidPayloadAsADeadLetter(Class<?> listener) {
		this.runner.withUserConfiguration(listener).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.queue("orders").send(INVALID);
			broker.queue("orders").send(VALID);
			assertThat(this.received.await(1)).containsExactly(VALID);
			assertDeadLetter("item");
		});
	}

	static class OneValid extends Listener {

		@QueueListener(queues = "orders")
		void on(@Valid Order order) {
			this.received.add(order);
		}

	}

	static class OneValidated extends Listener {

		@QueueListener(queues = "orders")
		void on(@Payload @Validated Order order) {
			this.received.add(order);
		}

	}

	static class ListOfValid extends Listener {

		@QueueListener(queues = "orders")
		void on(List<@Valid Order> orders) {
			orders.forEach(this.received::add);
		}

	}

	static class ValidList extends Listener {

		@QueueListener(queues = "orders")
		void on(@Valid List<Order> orders) {
			orders.forEach(this.received::add);
		}

	}

	static class ListOfMessagesOfValid extends Listener {

		@QueueListener(queues = "orders")
		void on(List<Message<@Valid Order>> orders) {
			orders.forEach((order) -> this.received.add(order.getPayload()));
		}

	}

	static class ValidMessage extends Listener {

		@QueueListener(queues = "orders")
		void on(@Valid Message<Order> order) {
			this.received.add(order.getPayload());
		}

	}

	static class MessageOfValid extends Listener {

		@QueueListener(queues = "orders")
		void on(Message<@Valid Order> order) {
			this.received.add(order.getPayload());
		}

	}

	static class MessageOfOptionalOfValid extends Listener {

		@QueueListener(queues = "orders")
		void on(Message<Optional<@Valid Order>> order) {
			this.received.add(order.getPayload().orElseThrow());
		}

	}

	static class ListOfMessagesOfOptionalOfValid extends Listener {

		@QueueListener(queues = "orders")
		void on(List<Message<Optional<@Valid Order>>> orders) {
			orders.forEach((order) -> this.received.add(order.getPayload().orElseThrow()));
		}

	}

	static class OptionalOfValid extends Listener {

		@QueueListener(queues = "orders")
		void on(Optional<@Valid Order> order) {
			this.received.add(order.orElseThrow());
		}

	}

	static class ValidOptional extends Listener {

		@QueueListener(queues = "orders")
		void on(@Valid Optional<Order> order) {
			this.received.add(order.orElseThrow());
		}

	}

	interface TakesValid {

		void on(@Valid Order order);

	}

	static class ValidBehindAnInterface extends Listener implements TakesValid {

		@Override
		@QueueListener(queues = "orders")
		public void on(Order order) {
			this.received.add(order);
		}

	}

	@Test
	void validatesWhatTheMethodBehindAProxyOfAnInterfaceTakes() {
		this.runner.withBean(TakesAny.class, () -> {
			ProxyFactory factory = new ProxyFactory(new ValidBehindAProxy(this.received));
			factory.setInterfaces(TakesAny.class);
			return (TakesAny) factory.getProxy();
		}).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.queue("orders").withHeader("region", "north").send(INVALID);
			broker.queue("orders").withHeader("region", "north").send(VALID);
			assertThat(this.received.await(1)).containsExactly(List.of(VALID, "north"));
			assertDeadLetter("item");
		});
	}

	interface TakesAny {

		void on(Order order, String region);

	}

	static class ValidBehindAProxy implements TakesAny {

		private final Received received;

		ValidBehindAProxy(Received received) {
			this.received = received;
		}

		@Override
		@QueueListener(queues = "orders")
		public void on(@Valid Order order, @Header("region") String region) {
			this.received.add(order, region);
		}

	}

	@ParameterizedTest
	@ValueSource(classes = { ValidArray.class, MessageOfListOfValid.class, OptionalOfListOfValid.class })
	void validatesTheElementsOfAJsonArray(Class<?> listener) {
		this.runner.withUserConfiguration(listener).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.queue("orders").send(List.of(VALID, INVALID));
			broker.queue("orders").send(List.of(VALID));
			assertThat(this.received.await(1)).containsExactly(List.of(VALID));
			assertDeadLetter("[1]");
		});
	}

	static class ValidArray extends Listener {

		@QueueListener(queues = "orders")
		void on(@Valid Order[] orders) {
			this.received.add(List.of(orders));
		}

	}

	static class MessageOfListOfValid extends Listener {

		@QueueListener(queues = "orders")
		void on(Message<List<@Valid Order>> orders) {
			this.received.add(orders.getPayload());
		}

	}

	static class OptionalOfListOfValid extends Listener {

		@QueueListener(queues = "orders")
		void on(Optional<@Valid List<Order>> orders) {
			this.received.add(orders.orElseThrow());
		}

	}

	@Test
	void validatesTheValuesOfAJsonObject() {
		this.runner.withUserConfiguration(MapOfValid.class).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.queue("orders").send(Map.of("first", INVALID));
			broker.queue("orders").send(Map.of("second", VALID));
			assertThat(this.received.await(1)).containsExactly(Map.of("second", VALID));
			assertDeadLetter("[first]");
		});
	}

	static class MapOfValid extends Listener {

		@QueueListener(queues = "orders")
		void on(Map<String, @Valid Order> orders) {
			this.received.add(orders);
		}

	}

	@Test
	void validatesEntriesOfStreams() {
		this.runner.withUserConfiguration(BatchOfStream.class).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.stream("orders").send(INVALID);
			broker.stream("orders").send(VALID);
			assertThat(this.received.await(1)).containsExactly(VALID);
			assertDeadLetter("item");
		});
	}

	static class BatchOfStream extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void on(List<@Valid Order> orders) {
			orders.forEach(this.received::add);
		}

	}

	@Test
	void validatesMessagesOfChannels() {
		this.runner.withUserConfiguration(OfChannel.class).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.channel("orders").publish(INVALID);
			broker.channel("orders").publish(VALID);
			assertThat(this.received.await(1)).containsExactly(VALID);
			assertDeadLetter("item");
		});
	}

	static class OfChannel extends Listener {

		@ChannelListener(channels = "orders", deadLetters = "{orders}:dlq")
		void on(@Valid Message<Order> order) {
			this.received.add(order.getPayload());
		}

	}

	@Test
	void takesTheValidatorOfTheApplicationBesideThatOfWebRequests() {
		this.runner.withBean("beanValidator", LocalValidatorFactoryBean.class)
			.withBean("mvcValidator", AcceptsEverything.class)
			.withUserConfiguration(OneValid.class)
			.run((context) -> {
				RedisBroker broker = context.getBean(RedisBroker.class);
				broker.queue("orders").send(INVALID);
				broker.queue("orders").send(VALID);
				assertThat(this.received.await(1)).containsExactly(VALID);
				assertDeadLetter("item");
			});
	}

	@Test
	void takesAValidatorOfAllTypesBesideOneOfSomeTypes() {
		this.runner.withBean("beanValidator", LocalValidatorFactoryBean.class)
			.withBean("ofSomeTypes", AcceptsEverything.class)
			.withUserConfiguration(OneValid.class)
			.run((context) -> {
				RedisBroker broker = context.getBean(RedisBroker.class);
				broker.queue("orders").send(INVALID);
				broker.queue("orders").send(VALID);
				assertThat(this.received.await(1)).containsExactly(VALID);
			});
	}

	@Test
	void refusesToGuessAmongValidators() {
		this.runner.withBean("oneValidator", LocalValidatorFactoryBean.class)
			.withBean("otherValidator", LocalValidatorFactoryBean.class)
			.withUserConfiguration(OneValid.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("@QueueListener on")
				.hasMessageContaining("oneValidator, otherValidator")
				.hasMessageContaining("@Primary"));
	}

	private void assertDeadLetter(String text) {
		await().untilAsserted(
				() -> assertThat(this.redis.commands().xrange("{orders}:dlq", Range.unbounded())).singleElement()
					.satisfies((letter) -> assertThat(letter.getBody())
						.containsEntry("dead-letter-reason", "UNDECODABLE")
						.hasEntrySatisfying("dead-letter-message", (message) -> assertThat(message).contains(text))));
	}

	static final class AcceptsEverything implements Validator {

		@Override
		public boolean supports(Class<?> type) {
			return true;
		}

		@Override
		public void validate(Object target, Errors errors) {
			// accepts it
		}

	}

	abstract static class Listener {

		@Autowired
		Received received;

	}

	record Order(@NotBlank String item) {

	}

}
