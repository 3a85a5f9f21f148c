package io.redisbroker.engine.annotation;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.lettuce.core.Range;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.message.Acknowledgment;
import io.redisbroker.message.Delivery;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.support.Listeners;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.Work;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;
import org.springframework.messaging.Message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Methods that take lists.
 */
@WithRedis
class BatchListenerIntegrationTests {

	private final Queue<List<?>> batches = new ConcurrentLinkedQueue<>();

	private final CountDownLatch go = new CountDownLatch(1);

	@Test
	void takesListsOfPayloadsNeverLongerThanTheBatchSize(RedisServer redis) {
		class Bean {

			public void onOrders(List<Order> orders) throws InterruptedException {
				BatchListenerIntegrationTests.this.batches.add(orders);
				Work.until(BatchListenerIntegrationTests.this.go);
			}

		}
		try (TestBroker broker = listen(redis, new Bean(), TestSettings.defaults().batchSize(25))) {
			List<Order> orders = IntStream.range(0, 1000).mapToObj(Order::new).toList();
			broker.broker().stream("orders").sendAll(orders);
			await().until(() -> this.batches.size() == 1);
			this.go.countDown();
			awaitReceived(1000);
			assertThat(this.batches).allSatisfy((batch) -> assertThat(batch).hasSizeBetween(1, 25));
			assertThat(this.batches).filteredOn((batch) -> batch.size() == 25).hasSizeGreaterThanOrEqualTo(20);
			assertThat(this.batches.stream().flatMap(List::stream).map(Order.class::cast)).isEqualTo(orders);
			awaitNothingPending(redis);
		}
	}

	@Test
	void takesListsOfMessagesDeliveriesAndPayloadsSideBySide(RedisServer redis) {
		class Bean {

			public void onOrders(List<Message<Order>> messages, List<Delivery> deliveries, List<Order> orders) {
				BatchListenerIntegrationTests.this.batches.add(IntStream.range(0, orders.size())
					.mapToObj((i) -> List.of(messages.get(i).getPayload().number(), deliveries.get(i).text(),
							orders.get(i).number(), messages.get(i).getHeaders().get("tenant")))
					.toList());
			}

		}
		try (TestBroker broker = listen(redis, new Bean(), TestSettings.defaults())) {
			List<Order> orders = IntStream.range(0, 100).mapToObj(Order::new).toList();
			broker.broker().stream("orders").withHeader("tenant", "eu").sendAll(orders);
			awaitReceived(100);
			assertThat(this.batches.stream().flatMap(List::stream)).isEqualTo(
					IntStream.range(0, 100).mapToObj((i) -> List.of(i, "{\"number\":" + i + "}", i, "eu")).toList());
			awaitNothingPending(redis);
		}
	}

	@Test
	void readsWhatTheTypeVariableOfABeanStandsFor(RedisServer redis) {
		abstract class Base<T> {

			public void onPayloads(List<T> payloads) {
				BatchListenerIntegrationTests.this.batches.add(payloads);
			}

		}
		class Bean extends Base<Order> {

		}
		try (TestBroker broker = listen(redis, new Bean(), TestSettings.defaults())) {
			broker.broker().stream("orders").send(new Order(1));
			awaitReceived(1);
			assertThat(this.batches.peek()).isEqualTo(List.of(new Order(1)));
		}
	}

	@Test
	void settlesEachOfABatchByHand(RedisServer redis) {
		class Bean {

			public void onOrders(List<Order> orders, List<Acknowledgment> acknowledgments) {
				for (int i = 0; i < orders.size(); i++) {
					switch (orders.get(i).number() % 3) {
						case 0 -> acknowledgments.get(i).acknowledge();
						case 1 -> acknowledgments.get(i).deadLetter("not today");
						default -> {
						}
					}
				}
				BatchListenerIntegrationTests.this.batches.add(orders);
			}

		}
		try (TestBroker broker = listen(redis, new Bean(), TestSettings.defaults().ackMode(AckMode.MANUAL))) {
			broker.broker().stream("orders").sendAll(IntStream.range(0, 300).mapToObj(Order::new).toList());
			awaitReceived(300);
			await().untilAsserted(
					() -> assertThat(redis.commands().xpending("orders", "billing").getCount()).isEqualTo(100));
			assertThat(redis.commands().xlen("{orders}:dlq")).isEqualTo(100);
		}
	}

	@Test
	void sparesTheOthersOfABatchWithOneThatCannotBeDecoded(RedisServer redis) {
		class Bean {

			public void onOrders(List<Order> orders) throws InterruptedException {
				BatchListenerIntegrationTests.this.batches.add(orders);
				Work.until(BatchListenerIntegrationTests.this.go);
			}

		}
		try (TestBroker broker = listen(redis, new Bean(), TestSettings.defaults().batchSize(10))) {
			broker.broker().stream("orders").send(new Order(0));
			await().until(() -> this.batches.size() == 1);
			broker.broker().stream("orders").send(new Order(1));
			broker.broker().stream("orders").send("no order");
			broker.broker().stream("orders").send(new Order(2));
			this.go.countDown();
			awaitReceived(3);
			assertThat(this.batches.stream().flatMap(List::stream))
				.isEqualTo(List.of(new Order(0), new Order(1), new Order(2)));
			await().untilAsserted(
					() -> assertThat(redis.commands().xrange("{orders}:dlq", Range.unbounded())).singleElement()
						.satisfies((letter) -> assertThat(letter.getBody()).containsEntry("payload", "no order")
							.containsEntry("dead-letter-reason", "UNDECODABLE")));
			awaitNothingPending(redis);
		}
	}

	@Test
	void countsTheFailureOfABatchForEachOfItsMessages(RedisServer redis) {
		class Bean {

			public void onOrders(List<Order> orders) {
				BatchListenerIntegrationTests.this.batches.add(orders);
				throw new IllegalStateException();
			}

		}
		try (TestBroker broker = listen(redis, new Bean(),
				TestSettings.defaults().maxDeliveries(3).backoff(TestSettings.NO_PAUSE))) {
			broker.broker().stream("orders").sendAll(IntStream.range(0, 50).mapToObj(Order::new).toList());
			await().untilAsserted(() -> assertThat(redis.commands().xlen("{orders}:dlq")).isEqualTo(50));
			awaitNothingPending(redis);
			assertThat(this.batches.stream().mapToInt(List::size).sum()).isEqualTo(150);
		}
	}

	@Test
	void refusesListsBesideSingleValues() {
		class Bean {

			public void onOrders(List<Order> orders, Acknowledgment acknowledgment) {
			}

		}
		assertThatExceptionOfType(BrokerConfigurationException.class).isThrownBy(() -> Listeners.method(new Bean()))
			.withMessageContaining("Make every parameter a List, or none");
	}

	@Test
	void waitsForNothingToFillABatch(RedisServer redis) {
		class Bean {

			public void onOrders(List<Order> orders) {
				BatchListenerIntegrationTests.this.batches.add(orders);
			}

		}
		try (TestBroker broker = listen(redis, new Bean(), TestSettings.defaults())) {
			broker.broker().stream("orders").send(new Order(1));
			await().atMost(Duration.ofSeconds(4)).until(() -> this.batches.size() == 1);
			assertThat(this.batches.peek()).isEqualTo(List.of(new Order(1)));
		}
	}

	private static TestBroker listen(RedisServer redis, Object bean, TestSettings settings) {
		TestBroker broker = new TestBroker(redis);
		ListenerSettings built = settings.build();
		broker.listen(StreamEndpoint.builder("listener")
			.streams("orders")
			.group("billing")
			.settings(built)
			.handler(Listeners.method(bean)));
		return broker;
	}

	private void awaitReceived(int count) {
		await().until(() -> this.batches.stream().mapToInt(List::size).sum() >= count);
	}

	private static void awaitNothingPending(RedisServer redis) {
		await().untilAsserted(() -> assertThat(redis.commands().xpending("orders", "billing").getCount()).isZero());
	}

	record Order(int number) {
	}

}
