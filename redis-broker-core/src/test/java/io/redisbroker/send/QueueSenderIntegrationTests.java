package io.redisbroker.send;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.queue.QueueOrder;
import io.redisbroker.support.MachineLag;
import io.redisbroker.support.Patience;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;
import org.springframework.messaging.support.MessageBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Sending to queues.
 */
@WithRedis
class QueueSenderIntegrationTests {

	record Order(long id) {
	}

	@Test
	void sendsPayloadsAsTheyAreWithoutHeaders(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			QueueSender orders = broker.broker().queue("orders");
			assertThat(orders.send("text")).isTrue();
			assertThat(orders.sendAsync(new Order(1)).join()).isTrue();
			assertThat(orders.sendAll(List.of("one", "two"))).isTrue();
			assertThat(orders.sendAll(List.of())).isTrue();
			assertThat(redis.commands().lrange("orders", 0, -1)).containsExactly("two", "one", "{\"id\":1}", "text");
			assertThat(orders.size()).isEqualTo(4);
		}
	}

	@Test
	void sendsHeadersInAnEnvelope(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			QueueSender orders = broker.broker().queue("orders");
			orders.withHeader("a", "1").send(MessageBuilder.withPayload(new Order(1)).setHeader("b", 2).build());
			assertThat(redis.commands().rpop("orders"))
				.isEqualTo("{\"redis-broker\":1,\"headers\":{\"a\":\"1\",\"b\":\"2\"},\"payload\":\"{\\\"id\\\":1}\"}");
			assertThatIllegalArgumentException().isThrownBy(() -> orders.withHeader("payload", "x"));
			assertThatIllegalArgumentException().isThrownBy(() -> orders.withHeader("redisbroker_id", "x"));
		}
	}

	@Test
	void pushesManyWithOneCommand(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			List<String> messages = numbered(25_000);
			redis.commands().configResetstat();
			broker.broker().queue("orders").sendAll(messages);
			assertThat(redis.commandStats()).containsEntry("lpush", 3L);
			List<String> stored = new ArrayList<>(redis.commands().lrange("orders", 0, -1));
			Collections.reverse(stored);
			assertThat(stored).isEqualTo(messages);
		}
	}

	@Test
	void sendsIfPresentOnlyWhereMessagesWait(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			QueueSender orders = broker.broker().queue("orders");
			assertThat(orders.sendIfPresent("x")).isFalse();
			assertThat(orders.withMaxLength(5).sendIfPresent("x")).isFalse();
			orders.send("first");
			assertThat(orders.sendIfPresent("x")).isTrue();
			assertThat(orders.withMaxLength(5).sendIfPresent("x")).isTrue();
			assertThat(orders.size()).isEqualTo(3);
		}
	}

	@Test
	void refusesWhatHasNoRoom(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			QueueSender orders = broker.broker().queue("orders").withMaxLength(3);
			orders.send("1");
			assertThatExceptionOfType(QueueFullException.class).isThrownBy(() -> orders.sendAll(List.of("a", "b", "c")))
				.withMessageContaining("'orders' has no room for 3 more: at most 3");
			assertThat(orders.size()).as("all or none").isOne();
			orders.sendAll(List.of("2", "3"));
			assertThatExceptionOfType(QueueFullException.class).isThrownBy(() -> orders.send("4"));
			redis.commands().rpop("orders");
			orders.send("4");
			assertThat(orders.size()).isEqualTo(3);
		}
	}

	@Test
	void refusesDelayedMessagesThatHaveNoRoom(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			QueueSender orders = broker.broker().queue("orders").withMaxLength(3);
			orders.send("1");
			assertThat(orders.sendDelayed("2", Duration.ofHours(1))).isTrue();
			assertThat(orders.withDeduplication("3", Duration.ofHours(1)).sendDelayed("3", Instant.now())).isTrue();
			assertThatExceptionOfType(QueueFullException.class)
				.isThrownBy(() -> orders.sendDelayed("4", Duration.ofHours(1)))
				.withMessageContaining("'orders' has no room for 1 more: at most 3");
			assertThatExceptionOfType(QueueFullException.class)
				.isThrownBy(() -> orders.sendDelayed("4", Instant.now()));
			assertThat(orders.withDeduplication("3", Duration.ofHours(1)).sendDelayed("3", Instant.now()))
				.as("was sent before")
				.isFalse();
			assertThatExceptionOfType(QueueFullException.class)
				.isThrownBy(() -> orders.withDeduplication("4", Duration.ofHours(1)).sendDelayed("4", Instant.now()));
			assertThat(orders.delayed()).isEqualTo(2);
			assertThat(redis.commands().hlen("{orders}:messages")).isEqualTo(2);
			redis.commands().rpop("orders");
			assertThat(orders.withDeduplication("4", Duration.ofHours(1)).sendDelayed("4", Instant.now()))
				.as("the refused call left no mark")
				.isTrue();
			assertThat(broker.broker().queue("orders").sendDelayed("5", Duration.ZERO)).as("without a limit").isTrue();
		}
	}

	@Test
	void sendsOnceWhatAKeyNames(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			QueueSender orders = broker.broker().queue("orders").withDeduplication("4711", Duration.ofMillis(600));
			assertThat(orders.send("x")).isTrue();
			assertThat(orders.send("x")).isFalse();
			assertThat(orders.sendIfPresent("x")).isFalse();
			assertThat(orders.sendDelayed("x", Duration.ofSeconds(1))).isFalse();
			assertThat(broker.broker().queue("orders").withDeduplication("4712", Duration.ofMinutes(1)).send("y"))
				.isTrue();
			assertThat(broker.broker().queue("invoices").withDeduplication("4711", Duration.ofMinutes(1)).send("z"))
				.isTrue();
			assertThat(orders.size()).isEqualTo(2);
			Patience.await().until(() -> orders.send("x"));
		}
	}

	@Test
	void takesTimesThatNobodyWillSee(RedisServer redis) {
		Duration forEver = ChronoUnit.FOREVER.getDuration();
		try (TestBroker broker = new TestBroker(redis)) {
			QueueSender orders = broker.broker().queue("orders");
			QueueSender once = orders.withDeduplication("4711", forEver);
			assertThat(once.send("x")).isTrue();
			assertThat(once.send("x")).isFalse();
			assertThat(orders.withDeduplication("4712", Duration.ofMillis(Long.MAX_VALUE)).send("x")).isTrue();
			assertThat(orders.size()).isEqualTo(2);
			orders.sendDelayed("never", forEver);
			orders.sendDelayed("never", Instant.MAX);
			orders.sendDelayed("at once", Instant.MIN);
			Recorder handled = new Recorder();
			broker.listen(QueueEndpoint.builder("listener").queues("orders").handler(handled.handler()));
			Patience.await().until(() -> handled.count() == 3);
			assertThat(handled.texts()).contains("at once");
			assertThat(orders.delayed()).isEqualTo(2);
		}
	}

	@Test
	void forgetsTheKeyOfWhatHadNoRoom(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			QueueSender orders = broker.broker()
				.queue("orders")
				.withMaxLength(1)
				.withDeduplication("4711", Duration.ofMinutes(1));
			broker.broker().queue("orders").send("before");
			assertThatExceptionOfType(QueueFullException.class).isThrownBy(() -> orders.send("x"));
			redis.commands().del("orders");
			assertThat(orders.send("x")).isTrue();
		}
	}

	@Test
	void looksIntoTheQueue(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			QueueSender orders = broker.broker().queue("orders");
			orders.withHeader("tenant", "eu").send("first");
			orders.sendAll(List.of("second", "third"));
			orders.sendDelayed("later", Duration.ofMinutes(1));
			assertThat(orders.peek(2)).extracting((message) -> new String(message.payload()))
				.containsExactly("first", "second");
			assertThat(orders.peek(10)).hasSize(3);
			assertThat(orders.peek(1).get(0).headers()).containsEntry("tenant", "eu");
			assertThat(orders.size()).isEqualTo(3);
			assertThat(orders.delayed()).isOne();
			assertThat(orders.inFlight()).isZero();
			assertThat(broker.broker().queue("nothing").peek(3)).isEmpty();
		}
	}

	@Test
	void deliversDelayedMessagesOnTime(RedisServer redis) {
		ConcurrentLinkedQueue<Long> late = new ConcurrentLinkedQueue<>();
		try (MachineLag lag = new MachineLag();
				TestBroker sender = new TestBroker(redis, "sender");
				TestBroker consumer = new TestBroker(redis, "consumer")) {
			consumer.listen(QueueEndpoint.builder("listener")
				.queues("orders")
				.handler(DeliveryHandler.of((delivery, acknowledgment) -> late
					.add(System.currentTimeMillis() - Long.parseLong(delivery.text())))));
			QueueSender orders = sender.broker().queue("orders");
			// all are sent before the first is due
			long start = System.currentTimeMillis() + 3000;
			// in an order that is not that of their times
			for (int i = 0; i < 400; i++) {
				long due = start + (i * 7919L) % 4000;
				orders.sendDelayed(Long.toString(due), Instant.ofEpochMilli(due));
			}
			Patience.await().until(() -> late.size() == 400);
			assertThat(orders.delayed()).isZero();
			List<Long> sorted = late.stream().sorted().toList();
			assertThat(sorted.get(0)).as("never early").isGreaterThanOrEqualTo(0);
			assertThat(sorted.get(395)).as("p99 of %s", sorted.subList(390, 400))
				.isLessThanOrEqualTo(100 + lag.ofTwoProcesses().toMillis());
		}
	}

	@Test
	void deliversDelayedMessagesAlsoWhereNothingIsLeased(RedisServer redis) {
		Recorder popped = new Recorder();
		Recorder visited = new Recorder();
		try (TestBroker broker = new TestBroker(redis)) {
			broker.listen(QueueEndpoint.builder("popping")
				.queues("orders")
				.settings(TestSettings.defaults().ackMode(AckMode.NONE).build())
				.handler(popped.handler()));
			broker.listen(QueueEndpoint.builder("circle")
				.queues("items")
				.order(QueueOrder.CIRCULAR)
				.pause(Duration.ofMillis(10))
				.handler(visited.handler()));
			long start = System.nanoTime();
			for (String queue : List.of("orders", "items")) {
				broker.broker().queue(queue).sendDelayed("later", Duration.ofMillis(600));
				broker.broker().queue(queue).sendDelayed("soon", Duration.ofMillis(200));
			}
			Patience.await().until(() -> popped.count() == 2 && visited.texts().contains("later"));
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(590),
					Duration.ofSeconds(3));
			assertThat(popped.texts()).containsExactly("soon", "later");
			assertThat(visited.texts()).startsWith("soon");
			assertThat(redis.commands().lrange("items", 0, -1)).containsExactlyInAnyOrder("soon", "later");
			assertThat(redis.commands().exists("{orders}:messages", "{orders}:delayed", "{items}:messages")).isZero();
		}
	}

	@Test
	void waitsByTheClockOfRedis(RedisServer redis) {
		Recorder handled = new Recorder();
		try (TestBroker broker = new TestBroker(redis)) {
			broker.listen(QueueEndpoint.builder("listener").queues("orders").handler(handled.handler()));
			QueueSender orders = broker.broker().queue("orders");
			long start = System.nanoTime();
			orders.sendDelayed("later", Duration.ofMillis(700));
			orders.sendDelayed("soon", Duration.ofMillis(200));
			orders.sendDelayed("now", Duration.ZERO);
			orders.sendDelayed("past", Instant.EPOCH);
			Patience.await().until(() -> handled.count() == 4);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(690),
					Duration.ofSeconds(3));
		}
		assertThat(handled.texts().subList(0, 2)).containsExactlyInAnyOrder("now", "past");
		assertThat(handled.texts().subList(2, 4)).containsExactly("soon", "later");
		assertThat(handled.deliveries()).allSatisfy((delivery) -> assertThat(delivery.deliveryCount()).isOne());
	}

	private static List<String> numbered(int count) {
		return IntStream.range(0, count).mapToObj((i) -> "m-" + i).toList();
	}

}
