package io.redisbroker.autoconfigure;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.listener.AckMode;
import io.redisbroker.message.Acknowledgment;
import io.redisbroker.message.BrokerHeaders;
import io.redisbroker.message.Delivery;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.send.StreamSender;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.support.MessageBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

/**
 * The parameters of a method with {@link StreamListener}.
 */
@WithRedis
class ListenerMethodIntegrationTests {

	private static final Order LAMP = new Order("lamp", new BigDecimal("12.50"));

	private static final Order CHAIR = new Order("chair", new BigDecimal("80.00"));

	private RedisServer redis;

	private ApplicationContextRunner runner;

	private final Received received = new Received();

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.redis = redis;
		this.runner = TestApplication.runner(redis).withBean(Received.class, () -> this.received);
	}

	@Test
	void takesARecord() {
		listen(TakesRecord.class, (orders) -> {
			orders.send(LAMP);
			assertThat(this.received.await(1)).containsExactly(LAMP);
		});
	}

	static class TakesRecord extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void listen(Order order) {
			this.received.add(order);
		}

	}

	@Test
	void takesPayloadAndHeaders() {
		listen(TakesHeaders.class, (orders) -> {
			String id = orders.withHeader("region", "north").withHeader("priority", "7").send(LAMP);
			assertThat(this.received.await(1)).containsExactly(List.of(LAMP, "north", 7, "none", Optional.empty()),
					List.of("orders", id, 1L, "orders-listener"));
		});
	}

	static class TakesHeaders extends Listener {

		@StreamListener(id = "orders-listener", streams = "orders", group = "billing")
		void listen(@Payload Order order, @Header String region, @Header("priority") int priority,
				@Header(name = "absent", defaultValue = "none") String absent,
				@Header("absent") Optional<String> optional, @Header(BrokerHeaders.SOURCE) String source,
				@Header(BrokerHeaders.ID) String id, @Header(BrokerHeaders.DELIVERY_COUNT) long deliveryCount,
				@Header(BrokerHeaders.LISTENER) String listener) {
			this.received.add(order, region, priority, absent, optional);
			this.received.add(source, id, deliveryCount, listener);
		}

	}

	@Test
	void takesAllHeaders() {
		listen(TakesAllHeaders.class, (orders) -> {
			String id = orders.withHeader("region", "north").send(LAMP);
			Map<String, Object> all = Map.of("region", "north", BrokerHeaders.SOURCE, "orders", BrokerHeaders.ID, id,
					BrokerHeaders.DELIVERY_COUNT, 1L, BrokerHeaders.FAILURE_COUNT, 0L, BrokerHeaders.LISTENER,
					"orders-listener");
			assertThat(this.received.await(1)).containsExactly(List.of(all, all));
		});
	}

	static class TakesAllHeaders extends Listener {

		@StreamListener(id = "orders-listener", streams = "orders", group = "billing")
		void listen(@Headers Map<String, Object> headers, MessageHeaders same) {
			this.received.add(Map.copyOf(headers), Map.copyOf(same));
		}

	}

	@Test
	void takesAMessage() {
		listen(TakesMessage.class, (orders) -> {
			orders.send(MessageBuilder.withPayload(LAMP).setHeader("region", "north").build());
			assertThat(this.received.await(1)).singleElement().satisfies((call) -> {
				Message<?> message = (Message<?>) call;
				assertThat(message.getPayload()).isEqualTo(LAMP);
				assertThat(message.getHeaders()).contains(entry("region", "north"),
						entry(BrokerHeaders.SOURCE, "orders"));
			});
		});
	}

	static class TakesMessage extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void listen(Message<Order> order) {
			this.received.add(order);
		}

	}

	@Test
	void takesAMessageWithAListAsItsPayload() {
		listen(TakesMessageOfList.class, (orders) -> {
			orders.send(List.of(LAMP, CHAIR));
			assertThat(this.received.await(1)).containsExactly(List.of(LAMP, CHAIR));
		});
	}

	static class TakesMessageOfList extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void listen(Message<List<Order>> orders) {
			this.received.add(orders.getPayload());
		}

	}

	@Test
	void takesAJsonArrayAsAnArray() {
		listen(TakesArray.class, (orders) -> {
			orders.send(List.of(LAMP, CHAIR));
			assertThat(this.received.await(1)).containsExactly(List.of(LAMP, CHAIR));
		});
	}

	static class TakesArray extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void listen(Order[] orders) {
			this.received.add(List.of(orders));
		}

	}

	@Test
	void takesTextAndBytesAsTheyAre() {
		listen(TakesTextAndBytes.class, (orders) -> {
			orders.send("no JSON: {");
			assertThat(this.received.await(1)).containsExactly(List.of("no JSON: {", "no JSON: {"));
		});
	}

	static class TakesTextAndBytes extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void listen(String text, @Payload byte[] bytes) {
			this.received.add(text, new String(bytes, StandardCharsets.UTF_8));
		}

	}

	@Test
	void takesTheDeliveryAndItsAcknowledgment() {
		listen(TakesDelivery.class, (orders) -> {
			String first = orders.send("first");
			String second = orders.send("second");
			assertThat(this.received.await(2)).containsExactly(List.of("orders", first, 1L, "first", true),
					List.of("orders", second, 1L, "second"));
			assertThat(this.redis.commands().xpending("orders", "billing").getMessageIds())
				.isEqualTo(Range.create(second, second));
		});
	}

	static class TakesDelivery extends Listener {

		@StreamListener(streams = "orders", group = "billing", ackMode = AckMode.MANUAL)
		void listen(Delivery delivery, Acknowledgment acknowledgment) {
			if ("first".equals(delivery.text())) {
				this.received.add(delivery.source(), delivery.id(), delivery.deliveryCount(), delivery.text(),
						acknowledgment.acknowledge().join());
			}
			else {
				this.received.add(delivery.source(), delivery.id(), delivery.deliveryCount(), delivery.text());
			}
		}

	}

	@Test
	void takesFieldsThatAnotherClientWroteAsARecord() {
		listen(TakesRecord.class, (orders) -> {
			this.redis.commands().xadd("orders", "item", "lamp", "price", "12.50");
			assertThat(this.received.await(1)).containsExactly(LAMP);
		});
	}

	@Test
	void takesFieldsThatAnotherClientWroteAsAMap() {
		listen(TakesMap.class, (orders) -> {
			this.redis.commands().xadd("orders", "item", "lamp", "price", "12.50");
			assertThat(this.received.await(1)).containsExactly(Map.of("item", "lamp", "price", "12.50"));
		});
	}

	static class TakesMap extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void listen(Map<String, String> fields) {
			this.received.add(Map.copyOf(fields));
		}

	}

	@Test
	void takesWhatATypeParameterOfItsClassStandsFor() {
		listen(TakesTypeParameter.class, (orders) -> {
			orders.send(LAMP);
			assertThat(this.received.await(1)).containsExactly(LAMP);
		});
	}

	static class TakesTypeParameter extends Generic<Order> {

	}

	abstract static class Generic<T> extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void listen(T payload) {
			this.received.add(payload);
		}

	}

	@Test
	void takesNothing() {
		listen(TakesNothing.class, (orders) -> {
			orders.send(LAMP);
			assertThat(this.received.await(1)).containsExactly("called");
			await().untilAsserted(
					() -> assertThat(this.redis.commands().xpending("orders", "billing").getCount()).isZero());
		});
	}

	static class TakesNothing extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		String listen() {
			this.received.add("called");
			return "which is ignored";
		}

	}

	@Test
	void sendsWhatIsNotValidToTheDeadLettersAtOnce() {
		listen(TakesValid.class, (orders) -> {
			orders.send(new Order(" ", BigDecimal.ONE));
			orders.send(LAMP);
			assertThat(this.received.await(1)).containsExactly(LAMP);
			assertThat(deadLetter().getBody()).containsEntry("dead-letter-reason", "UNDECODABLE")
				.containsEntry("dead-letter-deliveries", "1")
				.containsEntry("payload", "{\"item\":\" \",\"price\":1}")
				.hasEntrySatisfying("dead-letter-exception",
						(type) -> assertThat(type).endsWith("MethodArgumentNotValidException"))
				.hasEntrySatisfying("dead-letter-message", (text) -> assertThat(text).contains("item"));
		});
	}

	static class TakesValid extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void listen(@Valid Order order) {
			this.received.add(order);
		}

	}

	@Test
	void sendsWhatLacksARequiredHeaderToTheDeadLetters() {
		listen(RequiresHeader.class, (orders) -> {
			orders.send(LAMP);
			orders.withHeader("region", "north").send(CHAIR);
			assertThat(this.received.await(1)).containsExactly(CHAIR);
			assertThat(deadLetter().getBody()).containsEntry("dead-letter-reason", "UNDECODABLE")
				.hasEntrySatisfying("dead-letter-message", (text) -> assertThat(text).contains("region"));
		});
	}

	static class RequiresHeader extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void listen(Order order, @Header String region) {
			this.received.add(order);
		}

	}

	@Test
	void takesAnEmptyPayloadAsNullWhereItIsNotRequired() {
		listen(TakesNull.class, (orders) -> {
			orders.send("");
			assertThat(this.received.await(1)).containsExactly("nothing");
			assertThat(deadLetter().getBody()).containsEntry("dead-letter-reason", "UNDECODABLE")
				.containsEntry("dead-letter-group", "strict");
		});
	}

	static class TakesNull extends Listener {

		@StreamListener(streams = "orders", group = "lenient")
		void lenient(@Payload(required = false) @Nullable Order order) {
			this.received.add((order != null) ? order : "nothing");
		}

		@StreamListener(streams = "orders", group = "strict")
		void strict(Order order) {
			this.received.add(order);
		}

	}

	private void listen(Class<?> listener, ThrowingTest test) {
		this.runner.withUserConfiguration(listener)
			.run((context) -> test.run(context.getBean(RedisBroker.class).stream("orders")));
	}

	private StreamMessage<String, String> deadLetter() {
		await().untilAsserted(() -> assertThat(this.redis.commands().xlen("{orders}:dlq")).isPositive());
		List<StreamMessage<String, String>> letters = this.redis.commands().xrange("{orders}:dlq", Range.unbounded());
		assertThat(letters).hasSize(1);
		return letters.get(0);
	}

	@FunctionalInterface
	private interface ThrowingTest {

		void run(StreamSender orders) throws Exception;

	}

	abstract static class Listener {

		@Autowired
		Received received;

	}

	record Order(@NotBlank String item, @Positive BigDecimal price) {

	}

}
