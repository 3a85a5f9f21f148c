package io.redisbroker.engine.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.lettuce.core.Range;
import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.AckMode;
import io.redisbroker.message.Delivery;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.queue.QueueOrder;
import io.redisbroker.support.Listeners;
import io.redisbroker.support.Patience;
import io.redisbroker.support.RecordedEvents;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.support.Work;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.messaging.handler.annotation.Header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What comes out of a queue, and in which order.
 */
@WithRedis
class QueueConsumptionIntegrationTests {

	private final RecordedEvents events = new RecordedEvents();

	@ParameterizedTest
	@EnumSource(names = { "AUTO", "NONE" })
	void handlesFirstWhatWaitsLongest(AckMode ackMode, RedisServer redis) {
		Recorder handled = new Recorder();
		try (TestBroker broker = broker(redis)) {
			broker.broker().queue("orders").sendAll(numbered(500));
			redis.commands().lpush("orders", "from", "elsewhere");
			listen(broker, handled, QueueOrder.FIFO, ackMode);
			Patience.await().until(() -> handled.count() == 502);
		}
		assertThat(handled.texts().subList(0, 500)).isEqualTo(numbered(500));
		assertThat(handled.texts()).endsWith("from", "elsewhere");
	}

	@ParameterizedTest
	@EnumSource(names = { "AUTO", "NONE" })
	void handlesFirstWhatCameLast(AckMode ackMode, RedisServer redis) {
		Recorder handled = new Recorder();
		try (TestBroker broker = broker(redis)) {
			redis.commands().rpush("orders", "1", "2");
			redis.commands().lpush("orders", "3", "4");
			listen(broker, handled, QueueOrder.LIFO, ackMode);
			Patience.await().until(() -> handled.count() == 4);
		}
		assertThat(handled.texts()).containsExactly("4", "3", "1", "2");
	}

	@Test
	void keepsTheOrderOfWhatItHandsBack(RedisServer redis) {
		for (QueueOrder order : List.of(QueueOrder.FIFO, QueueOrder.LIFO)) {
			CountDownLatch go = new CountDownLatch(1);
			Recorder first = new Recorder((delivery, acknowledgment) -> Work.until(go));
			Recorder second = new Recorder();
			redis.commands().del("orders");
			try (TestBroker broker = broker(redis)) {
				redis.commands().lpush("orders", numbered(50).toArray(String[]::new));
				listen(broker, first, order, AckMode.AUTO);
				Patience.await().until(() -> broker.broker().queue("orders").inFlight() == 50);
				go.countDown();
			}
			try (TestBroker broker = broker(redis)) {
				listen(broker, second, order, AckMode.AUTO);
				Patience.await().until(() -> first.count() + second.count() == 50);
			}
			List<String> all = new ArrayList<>(first.texts());
			all.addAll(second.texts());
			List<String> expected = new ArrayList<>(numbered(50));
			if (order == QueueOrder.LIFO) {
				Collections.reverse(expected);
			}
			assertThat(all).as(order.toString()).isEqualTo(expected);
		}
	}

	@Test
	void takesIdenticalPayloadsForSeparateMessages(RedisServer redis) {
		Recorder handled = new Recorder((delivery, acknowledgment) -> {
			switch (Integer.parseInt(delivery.headers().getOrDefault("n", "0"))) {
				case 1 -> acknowledgment.acknowledge();
				case 2 -> acknowledgment.retry(Duration.ZERO);
				case 3 -> acknowledgment.deadLetter("as told");
				default -> {
				}
			}
		});
		try (TestBroker broker = broker(redis)) {
			for (int n = 0; n <= 3; n++) {
				broker.broker().queue("orders").withHeader("n", "" + n).send("same");
			}
			redis.commands().lpush("orders", "same", "same");
			broker.listen(QueueEndpoint.builder("listener")
				.queues("orders")
				.settings(TestSettings.defaults()
					.ackMode(AckMode.MANUAL)
					.reclaimDelay(Duration.ofMinutes(1))
					.maxDeliveries(3)
					.build())
				.handler(handled.handler()));
			// the second is delivered three times, and then is a dead letter too
			Patience.await().until(() -> redis.commands().xlen("{orders}:dlq") == 2);
			assertThat(handled.deliveries()).hasSize(8);
			assertThat(handled.deliveries()).filteredOn((delivery) -> "2".equals(delivery.headers().get("n")))
				.extracting(Delivery::deliveryCount)
				.containsExactly(1L, 2L, 3L);
			assertThat(handled.deliveries()).extracting(Delivery::id)
				.satisfies((ids) -> assertThat(ids.stream().distinct()).hasSize(6));
			assertThat(TestedTransport.QUEUE.inFlight(redis.commands(), "orders")).hasSize(3)
				.allSatisfy((id, claim) -> assertThat(claim.deliveryCount()).isOne());
		}
		assertThat(redis.commands().xrange("{orders}:dlq", Range.unbounded()))
			.extracting((letter) -> letter.getBody().get("n"))
			.containsExactlyInAnyOrder("2", "3");
	}

	@Test
	void takesPayloadsOfAllForms(RedisServer redis) {
		record Order(long id, String customer) {
		}
		class Bean {

			private final List<Order> orders = new CopyOnWriteArrayList<>();

			private final List<String> tenants = new CopyOnWriteArrayList<>();

			public void onOrder(Order order, @Header(name = "tenant", required = false) String tenant) {
				this.orders.add(order);
				this.tenants.add(String.valueOf(tenant));
			}

		}
		Bean bean = new Bean();
		try (TestBroker broker = broker(redis)) {
			broker.listen(QueueEndpoint.builder("listener").queues("orders").handler(Listeners.method(bean)));
			redis.commands().lpush("orders", "{\"id\":1,\"customer\":\"ada\"}");
			broker.broker().queue("orders").send(new Order(2, "bob"));
			broker.broker().queue("orders").withHeader("tenant", "eü").send(new Order(3, "çem"));
			redis.commands()
				.lpush("orders",
						"{\"redis-broker\":1,\"headers\":{\"tenant\":\"us\"},\"payload\":{\"id\":4,\"customer\":\"dan\"}}");
			Patience.await().until(() -> bean.orders.size() == 4);
		}
		assertThat(bean.orders).containsExactly(new Order(1, "ada"), new Order(2, "bob"), new Order(3, "çem"),
				new Order(4, "dan"));
		assertThat(bean.tenants).containsExactly("null", "null", "eü", "us");
	}

	@Test
	void keepsBytesAsTheyAreAlsoInTheDeadLetters(RedisServer redis) {
		byte[] payload = { 0, -1, 13, 10, (byte) 0xC3, 58 };
		Recorder handled = new Recorder((delivery, acknowledgment) -> {
			throw new IllegalStateException("as told");
		});
		Recorder letters = new Recorder();
		try (TestBroker broker = broker(redis)) {
			broker.listen(QueueEndpoint.builder("listener")
				.queues("orders")
				.settings(TestSettings.defaults().maxDeliveries(2).backoff(TestSettings.NO_PAUSE).build())
				.handler(handled.handler()));
			broker.listen(TestedTransport.STREAM.endpoint(DeadLetter.keyFor("orders"), TestSettings.defaults().build(),
					letters.handler()));
			broker.broker().queue("orders").withHeader("tenant", "eu").send(payload);
			broker.broker().queue("orders").send(payload);
			Patience.await().until(() -> letters.count() == 2);
		}
		assertThat(handled.deliveries()).hasSize(4)
			.allSatisfy((delivery) -> assertThat(delivery.payload()).isEqualTo(payload));
		assertThat(letters.deliveries()).allSatisfy((letter) -> {
			assertThat(letter.payload()).isEqualTo(payload);
			assertThat(letter.headers()).containsEntry("dead-letter-source", "orders")
				.containsEntry("dead-letter-source-type", "queue")
				.containsEntry("dead-letter-deliveries", "2")
				.doesNotContainKey("dead-letter-group");
		});
		assertThat(letters.deliveries()).extracting(Delivery::headers)
			.filteredOn((headers) -> headers.containsKey("tenant"))
			.hasSize(1);
		assertThat(TestedTransport.QUEUE.stored(redis.commands(), "orders")).isEmpty();
	}

	@Test
	void losesWhatItHeldAndNothingElseAtMostOnce(RedisServer redis) {
		Recorder handled = new Recorder((delivery, acknowledgment) -> {
			if ("m-3".equals(delivery.text())) {
				throw new IllegalStateException("as told");
			}
		});
		try (TestBroker broker = broker(redis)) {
			listen(broker, handled, QueueOrder.FIFO, AckMode.NONE);
			broker.broker().queue("orders").sendAll(numbered(1000));
			Patience.await().until(() -> handled.count() == 1000);
		}
		assertThat(handled.difference(numbered(1000))).isEmpty();
		assertThat(this.events.dropped()).isOne();
		assertThat(redis.commands().keys("*")).as("keys besides the queue").isEmpty();
	}

	@Test
	void refusesAKeyThatIsNoList(RedisServer redis) {
		redis.commands().set("orders", "text");
		try (TestBroker broker = broker(redis)) {
			assertThatExceptionOfType(BrokerConfigurationException.class)
				.isThrownBy(() -> listen(broker, new Recorder(), QueueOrder.FIFO, AckMode.AUTO))
				.withMessageContaining("'orders' is not a list");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "claim", "messages", "leases", "sequence" })
	void losesNothingWhileAKeyBesideTheQueueIsOfAnotherType(String companion, RedisServer redis) {
		Recorder handled = new Recorder();
		try (TestBroker broker = broker(redis)) {
			redis.commands().set("{orders}:" + companion, "text");
			broker.broker().queue("orders").sendAll(numbered(10));
			redis.commands().configResetstat();
			listen(broker, handled, QueueOrder.FIFO, AckMode.AUTO);
			Patience.await().until(() -> redis.commandStats().getOrDefault("evalsha", 0L) > 5);
			redis.commands().del("{orders}:" + companion);
			Patience.await().until(() -> handled.count() == 10);
		}
		assertThat(handled.texts()).isEqualTo(numbered(10));
		assertThat(redis.commands().keys("*")).as("what is left")
			.containsExactlyInAnyOrder("{orders}:sequence", "{orders}:takeovers");
	}

	@Test
	void tellsOfMessagesThatSomebodyDeleted(RedisServer redis) {
		Recorder handled = new Recorder();
		try (TestBroker broker = broker(redis)) {
			broker.broker().queue("orders").sendDelayed("doomed", Duration.ofMillis(300));
			redis.commands().del("{orders}:messages");
			listen(broker, handled, QueueOrder.FIFO, AckMode.AUTO);
			Patience.await().until(() -> this.events.trimmed() == 1);
			broker.broker().queue("orders").send("next");
			Patience.await().until(() -> handled.texts().equals(List.of("next")));
		}
	}

	private TestBroker broker(RedisServer redis) {
		return new TestBroker(redis, "test", this.events);
	}

	private static void listen(TestBroker broker, Recorder recorder, QueueOrder order, AckMode ackMode) {
		broker.listen(QueueEndpoint.builder("listener")
			.queues("orders")
			.order(order)
			.settings(TestSettings.defaults().ackMode(ackMode).build())
			.handler(recorder.handler()));
	}

	private static List<String> numbered(int count) {
		return IntStream.range(0, count).mapToObj((i) -> "m-" + i).toList();
	}

}
