package io.redisbroker.autoconfigure;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

import io.lettuce.core.Range;
import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Parameters for the JSON value {@code null} and for an absent payload.
 */
@WithRedis
class AbsentPayloadIntegrationTests {

	private RedisServer redis;

	private ApplicationContextRunner runner;

	private final Received received = new Received();

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.redis = redis;
		this.runner = TestApplication.runner(redis).withBean(Received.class, () -> this.received);
	}

	@ParameterizedTest
	@ValueSource(classes = { TakesOptional.class, TakesMessageOfOptional.class, TakesNotRequired.class,
			TakesNullable.class, TakesListOfOptionals.class, TakesListOfNullables.class })
	void takesNullAndNothingWhereThePayloadMayBeAbsent(Class<?> listener) {
		this.runner.withUserConfiguration(listener).run((context) -> {
			this.redis.commands().lpush("orders", "null");
			this.redis.commands().lpush("orders", "");
			assertThat(this.received.await(2)).containsExactly("absent", "absent");
			assertThat(this.redis.commands().xlen("{orders}:dlq")).isZero();
		});
	}

	static class TakesOptional extends Listener {

		@QueueListener(queues = "orders")
		void on(Optional<Order> order) {
			this.received.add(order.<Object>map(Order::item).orElse("absent"));
		}

	}

	static class TakesMessageOfOptional extends Listener {

		@QueueListener(queues = "orders")
		void on(Message<Optional<Order>> order) {
			this.received.add(order.getPayload().<Object>map(Order::item).orElse("absent"));
		}

	}

	static class TakesNotRequired extends Listener {

		@QueueListener(queues = "orders")
		void on(@Payload(required = false) Order order) {
			this.received.add(Objects.requireNonNullElse(order, "absent"));
		}

	}

	static class TakesNullable extends Listener {

		@QueueListener(queues = "orders")
		void on(@Nullable Order order) {
			this.received.add(Objects.requireNonNullElse(order, "absent"));
		}

	}

	static class TakesListOfOptionals extends Listener {

		@QueueListener(queues = "orders")
		void on(List<Optional<Order>> orders) {
			orders.forEach((order) -> this.received.add(order.<Object>map(Order::item).orElse("absent")));
		}

	}

	static class TakesListOfNullables extends Listener {

		@QueueListener(queues = "orders")
		void on(List<@Nullable Order> orders) {
			orders.forEach((order) -> this.received.add(Objects.requireNonNullElse(order, "absent")));
		}

	}

	@ParameterizedTest
	@ValueSource(classes = { TakesOrder.class, TakesMessage.class, TakesList.class, TakesNotRequiredNumber.class })
	void keepsNullAndNothingAsDeadLettersWhereThePayloadIsRequired(Class<?> listener) {
		this.runner.withUserConfiguration(listener).run((context) -> {
			this.redis.commands().lpush("orders", "null");
			this.redis.commands().lpush("orders", "");
			await().untilAsserted(() -> assertThat(this.redis.commands().xrange("{orders}:dlq", Range.unbounded()))
				.hasSize(2)
				.allSatisfy(
						(letter) -> assertThat(letter.getBody()).containsEntry("dead-letter-reason", "UNDECODABLE")));
			assertThat(this.received.calls()).isEmpty();
		});
	}

	static class TakesOrder extends Listener {

		@QueueListener(queues = "orders")
		void on(Order order) {
			this.received.add(order);
		}

	}

	static class TakesMessage extends Listener {

		@QueueListener(queues = "orders")
		void on(Message<Order> order) {
			this.received.add(order);
		}

	}

	static class TakesList extends Listener {

		@QueueListener(queues = "orders")
		void on(List<Order> orders) {
			this.received.add(orders);
		}

	}

	static class TakesNotRequiredNumber extends Listener {

		@QueueListener(queues = "orders")
		void on(@Payload(required = false) int number) {
			this.received.add(number);
		}

	}

	@ParameterizedTest
	@ValueSource(classes = { TakesText.class, TakesMessageOfText.class, TakesOptionalText.class,
			TakesListOfMessagesOfText.class, TakesMessageOfBytes.class, TakesMessageOfAnything.class })
	void takesAnEmptyTextAsItIs(Class<?> listener) {
		this.runner.withUserConfiguration(listener).run((context) -> {
			this.redis.commands().lpush("orders", "");
			this.redis.commands().lpush("orders", "null");
			assertThat(this.received.await(2)).containsExactly("", "null");
			assertThat(this.redis.commands().xlen("{orders}:dlq")).isZero();
		});
	}

	static class TakesText extends Listener {

		@QueueListener(queues = "orders")
		void on(String text) {
			this.received.add(text);
		}

	}

	static class TakesMessageOfText extends Listener {

		@QueueListener(queues = "orders")
		void on(Message<String> text) {
			this.received.add(text.getPayload());
		}

	}

	static class TakesOptionalText extends Listener {

		@QueueListener(queues = "orders")
		void on(Optional<String> text) {
			this.received.add(text.orElse("absent"));
		}

	}

	static class TakesListOfMessagesOfText extends Listener {

		@QueueListener(queues = "orders")
		void on(List<Message<String>> texts) {
			texts.forEach((text) -> this.received.add(text.getPayload()));
		}

	}

	static class TakesMessageOfBytes extends Listener {

		@QueueListener(queues = "orders")
		void on(Message<byte[]> bytes) {
			this.received.add(new String(bytes.getPayload()));
		}

	}

	static class TakesMessageOfAnything extends Listener {

		@QueueListener(queues = "orders")
		void on(Message<?> message) {
			this.received.add(new String((byte[]) message.getPayload()));
		}

	}

	@ParameterizedTest
	@CsvSource({ "null", "''" })
	void treatsEntriesOfStreamsAndMessagesOfChannelsAlike(String payload) {
		this.runner.withUserConfiguration(OfOthers.class).run((context) -> {
			this.redis.commands().xadd("orders", "payload", payload);
			this.redis.commands().publish("orders", payload);
			assertThat(this.received.await(2)).containsExactlyInAnyOrder("stream absent", "channel absent");
		});
	}

	static class OfOthers extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void entry(Optional<Order> order) {
			this.received.add("stream " + order.<Object>map(Order::item).orElse("absent"));
		}

		@ChannelListener(channels = "orders")
		void message(@Payload(required = false) Order order) {
			this.received.add("channel " + Objects.requireNonNullElse(order, "absent"));
		}

	}

	@Test
	void takesATypeByItsBound() {
		this.runner.withUserConfiguration(TakesBounded.class).run((context) -> {
			this.redis.commands().lpush("orders", "{\"item\":\"lamp\"}");
			assertThat(this.received.await(1)).containsExactly(new Order("lamp"));
		});
	}

	static class TakesBounded extends Listener {

		@QueueListener(queues = "orders")
		void on(Message<? extends Order> order) {
			this.received.add(order.getPayload());
		}

	}

	abstract static class Listener {

		@Autowired
		Received received;

	}

	record Order(String item) {

	}

}
