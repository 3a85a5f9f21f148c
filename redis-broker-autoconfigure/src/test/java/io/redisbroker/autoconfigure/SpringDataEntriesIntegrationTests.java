package io.redisbroker.autoconfigure;

import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.lettuce.core.Range;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.data.redis.connection.stream.StreamRecords;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.hash.HashMapper;
import org.springframework.data.redis.hash.JacksonHashMapper;
import org.springframework.messaging.Message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Entries that Spring Data's mappers write arrive with all nested objects.
 */
@WithRedis
class SpringDataEntriesIntegrationTests {

	private static final Order ORDER = new Order("o1", true, 12.5, Instant.parse("2026-11-21T10:15:30Z"),
			LocalDate.of(2026, 1, 2), Kind.SALE, new Address("Berlin", List.of(1, 2)),
			List.of(new Item("lamp", 1, false), new Item("chair", 2, true)), List.of("x", "y"),
			Map.of("left", "1", "right", "2"), Map.of("first", new Item("table", 3, true)));

	private RedisServer redis;

	private ApplicationContextRunner runner;

	private final Received received = new Received();

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.redis = redis;
		this.runner = TestApplication.runner(redis).withBean(Received.class, () -> this.received);
	}

	@Test
	void takesAnObjectRecord() {
		this.runner.withUserConfiguration(TakesOrder.class).run((context) -> {
			context.getBean(StringRedisTemplate.class)
				.opsForStream()
				.add(StreamRecords.newRecord().in("orders").ofObject(ORDER));
			assertThat(this.received.await(1)).containsExactly(ORDER);
		});
	}

	@Test
	void takesAnObjectRecordInAMessageOfABatch() {
		this.runner.withUserConfiguration(TakesMessages.class).run((context) -> {
			context.getBean(StringRedisTemplate.class)
				.opsForStream()
				.add(StreamRecords.newRecord().in("orders").ofObject(ORDER));
			assertThat(this.received.await(1)).containsExactly(ORDER);
		});
	}

	@Test
	void takesWhatAFlatteningMapperWrites() {
		this.runner.withUserConfiguration(TakesOrder.class).run((context) -> {
			HashMapper<Object, String, Object> mapper = JacksonHashMapper.flattening();
			Map<String, String> fields = new LinkedHashMap<>();
			mapper.toHash(ORDER).forEach((name, value) -> fields.put(name, String.valueOf(value)));
			this.redis.commands().xadd("orders", fields);
			assertThat(this.received.await(1)).containsExactly(ORDER);
		});
	}

	static class TakesOrder extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void on(Order order) {
			this.received.add(order);
		}

	}

	static class TakesMessages extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void on(List<Message<Order>> orders) {
			orders.forEach((order) -> this.received.add(order.getPayload()));
		}

	}

	@Test
	void keepsNestedFieldsThatDoNotFitAsADeadLetter() {
		this.runner.withUserConfiguration(TakesOrder.class).run((context) -> {
			this.redis.commands()
				.xadd("orders", Map.of("id", "o1", "paid", "0", "amount", "1", "items.[0].count", "many"));
			this.redis.commands()
				.xadd("orders", Map.of("id", "o2", "paid", "0", "amount", "1", "items.[1].name", "a list with a gap"));
			this.redis.commands()
				.xadd("orders",
						Map.of("id", "o3", "paid", "0", "amount", "1", "id.nested", "ignored, as other unknown names"));
			await().untilAsserted(
					() -> assertThat(this.redis.commands().xrange("{orders}:dlq", Range.unbounded())).hasSize(2)
						.allSatisfy((letter) -> assertThat(letter.getBody())
							.containsEntry("dead-letter-reason", "UNDECODABLE")
							.hasEntrySatisfying("dead-letter-message", (text) -> assertThat(text).isNotEmpty())));
			assertThat(this.received.await(1)).singleElement()
				.satisfies((order) -> assertThat(((Order) order).id()).isEqualTo("o3"));
		});
	}

	@Test
	void leavesFieldsThatAreCalledLikeAPathWhereTheTypeKnowsThem() {
		this.runner.withUserConfiguration(TakesFlat.class).run((context) -> {
			this.redis.commands().xadd("orders", Map.of("address.city", "Berlin", "address", "home"));
			assertThat(this.received.await(2)).containsExactlyInAnyOrder(new Flat("Berlin", "home"),
					Map.of("address.city", "Berlin", "address", "home"));
		});
	}

	static class TakesFlat extends Listener {

		@StreamListener(streams = "orders", group = "flat")
		void on(Flat order) {
			this.received.add(order);
		}

		@StreamListener(streams = "orders", group = "map")
		void on(Map<String, String> order) {
			this.received.add(order);
		}

	}

	record Flat(@JsonProperty("address.city") String city, String address) {

	}

	abstract static class Listener {

		@Autowired
		Received received;

	}

	enum Kind {

		SALE, GIFT

	}

	record Address(String city, List<Integer> codes) {

	}

	record Item(String name, int count, boolean sold) {

	}

	record Order(String id, boolean paid, double amount, Instant at, LocalDate day, Kind kind, Address address,
			List<Item> items, List<String> tags, Map<String, String> notes, Map<String, Item> more) {

	}

}
