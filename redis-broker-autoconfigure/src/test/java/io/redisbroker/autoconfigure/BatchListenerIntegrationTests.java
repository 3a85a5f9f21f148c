package io.redisbroker.autoconfigure;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.lettuce.core.Range;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.listener.AckMode;
import io.redisbroker.message.Acknowledgment;
import io.redisbroker.message.BrokerHeaders;
import io.redisbroker.message.Delivery;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Methods that take many messages at once. The messages are in the stream before the
 * listeners start, so that they come in one batch.
 */
@WithRedis
class BatchListenerIntegrationTests {

	private static final Order LAMP = new Order("lamp", new BigDecimal("12.50"));

	private static final Order CHAIR = new Order("chair", new BigDecimal("80.00"));

	private static final Order DESK = new Order("desk", new BigDecimal("199.00"));

	private RedisServer redis;

	private ApplicationContextRunner runner;

	private final Received received = new Received();

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.redis = redis;
		this.runner = TestApplication.runner(redis).withBean(Received.class, () -> this.received);
	}

	@Test
	void takesAListOfPayloads() {
		send(LAMP, CHAIR, DESK);
		listen(TakesPayloads.class, () -> {
			assertThat(this.received.awaitElements(3)).containsExactly(LAMP, CHAIR, DESK);
			assertThat(this.received.calls()).hasSize(1);
			awaitNothingPending();
		});
	}

	static class TakesPayloads extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void listen(List<Order> orders) {
			this.received.add(orders);
		}

	}

	@Test
	void takesNoMoreThanTheBatchSize() {
		send(LAMP, CHAIR, DESK, LAMP, CHAIR);
		listen(TakesTwo.class, () -> {
			assertThat(this.received.awaitElements(5)).containsExactly(LAMP, CHAIR, DESK, LAMP, CHAIR);
			assertThat(this.received.calls()).allSatisfy((call) -> assertThat((List<?>) call).hasSizeLessThan(3))
				.anySatisfy((call) -> assertThat((List<?>) call).hasSize(2));
		});
	}

	static class TakesTwo extends Listener {

		@StreamListener(streams = "orders", group = "billing", batchSize = "2")
		void listen(List<Order> orders) {
			this.received.add(orders);
		}

	}

	@Test
	void takesListsOfWhateverASingleMessageHas() {
		this.runner.withPropertyValues("redis-broker.listener.auto-startup=false").run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			String first = broker.stream("orders").withHeader("region", "north").send(LAMP);
			String second = broker.stream("orders").withHeader("region", "south").send(CHAIR);
			listen(TakesEverything.class, () -> {
				assertThat(this.received.await(4)).containsExactly(List.of(LAMP, CHAIR), List.of("north", "south"),
						List.of(first, second), List.of(first, second));
				awaitNothingPending();
			});
		});
	}

	static class TakesEverything extends Listener {

		@StreamListener(streams = "orders", group = "billing", ackMode = AckMode.MANUAL)
		void listen(@Payload List<Order> orders, @Header List<String> region,
				@Header(BrokerHeaders.ID) List<String> ids, List<Delivery> deliveries,
				List<Acknowledgment> acknowledgments) {
			this.received.add((Object) orders);
			this.received.add((Object) region);
			this.received.add((Object) ids);
			this.received.add((Object) deliveries.stream().map(Delivery::id).toList());
			acknowledgments.forEach(Acknowledgment::acknowledge);
		}

	}

	@Test
	void takesAListOfMessages() {
		send(LAMP, CHAIR);
		listen(TakesMessages.class, () -> assertThat(this.received.awaitElements(2)).containsExactly(LAMP, CHAIR));
	}

	static class TakesMessages extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void listen(List<Message<Order>> messages) {
			this.received.add(messages.stream().map(Message::getPayload).toList());
		}

	}

	@Test
	void takesAListOfMessagesOfLists() {
		send(List.of(LAMP, CHAIR), List.of(DESK));
		listen(TakesMessagesOfLists.class,
				() -> assertThat(this.received.awaitElements(2)).containsExactly(List.of(LAMP, CHAIR), List.of(DESK)));
	}

	static class TakesMessagesOfLists extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void listen(List<Message<List<Order>>> messages) {
			this.received.add(messages.stream().map(Message::getPayload).toList());
		}

	}

	@Test
	void takesAListOfArraysAndOfLists() {
		send(List.of(LAMP, CHAIR), List.of(DESK));
		listen(TakesArraysAndLists.class, () -> {
			List<List<Order>> sent = List.of(List.of(LAMP, CHAIR), List.of(DESK));
			assertThat(this.received.await(2)).containsExactly(sent, sent);
		});
	}

	static class TakesArraysAndLists extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void listen(List<Order[]> arrays, List<List<Order>> lists) {
			this.received.add((Object) arrays.stream().map(List::of).toList());
			this.received.add((Object) lists);
		}

	}

	@Test
	void takesAListOfWhatATypeParameterOfItsClassStandsFor() {
		send(LAMP, CHAIR);
		listen(TakesTypeParameter.class, () -> assertThat(this.received.awaitElements(2)).containsExactly(LAMP, CHAIR));
	}

	static class TakesTypeParameter extends Generic<Order> {

	}

	abstract static class Generic<T> extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void listen(List<T> payloads) {
			this.received.add(payloads);
		}

	}

	@Test
	void takesAListOfMapsOfFieldsThatAnotherClientWrote() {
		this.redis.commands().xadd("orders", "item", "lamp");
		this.redis.commands().xadd("orders", "item", "chair");
		listen(TakesMaps.class, () -> assertThat(this.received.awaitElements(2)).containsExactly(Map.of("item", "lamp"),
				Map.of("item", "chair")));
	}

	static class TakesMaps extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void listen(List<Map<String, String>> orders) {
			this.received.add(orders);
		}

	}

	@Test
	void goesOnWithoutWhatCantBeDecodedOrIsNotValid() {
		send(LAMP, "no JSON", new Order(" ", BigDecimal.ONE), CHAIR);
		listen(TakesValid.class, () -> {
			assertThat(this.received.awaitElements(2)).containsExactly(LAMP, CHAIR);
			awaitNothingPending();
			assertThat(this.redis.commands().xrange("{orders}:dlq", Range.unbounded()))
				.extracting((letter) -> letter.getBody().get("payload"))
				.containsExactly("no JSON", "{\"item\":\" \",\"price\":1}");
		});
	}

	static class TakesValid extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void listen(@Valid List<Order> orders) {
			this.received.add(orders);
		}

	}

	@Test
	void isCalledAgainWithAllOfABatchThatFailed() {
		send(LAMP, CHAIR);
		this.runner = this.runner.withPropertyValues("redis-broker.listener.backoff.initial=10ms");
		listen(FailsOnce.class, () -> {
			List<Object> elements = new ArrayList<>(this.received.awaitElements(4));
			assertThat(elements.subList(0, 2)).containsExactly("lamp 1", "chair 1");
			assertThat(elements.subList(2, 4)).containsExactlyInAnyOrder("lamp 2", "chair 2");
			awaitNothingPending();
		});
	}

	static class FailsOnce extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void listen(List<Order> orders, @Header(BrokerHeaders.DELIVERY_COUNT) List<Long> counts) {
			List<String> called = new ArrayList<>();
			for (int i = 0; i < orders.size(); i++) {
				called.add(orders.get(i).item() + " " + counts.get(i));
			}
			this.received.add(called);
			if (counts.contains(1L)) {
				throw new IllegalStateException("The first time");
			}
		}

	}

	private void send(Object... payloads) {
		this.runner.run((context) -> context.getBean(RedisBroker.class).stream("orders").sendAll(List.of(payloads)));
	}

	private void listen(Class<?> listener, Runnable test) {
		this.runner.withUserConfiguration(listener).run((context) -> {
			assertThat(context).hasNotFailed();
			test.run();
		});
	}

	private void awaitNothingPending() {
		await()
			.untilAsserted(() -> assertThat(this.redis.commands().xpending("orders", "billing").getCount()).isZero());
	}

	abstract static class Listener {

		@Autowired
		Received received;

	}

	record Order(@NotBlank String item, BigDecimal price) {

	}

}
