package io.redisbroker.send;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import io.redisbroker.failure.RedisErrorException;
import io.redisbroker.support.TestBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.messaging.support.MessageBuilder;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Sending to streams.
 */
@WithRedis
class StreamSenderIntegrationTests {

	@Test
	void returnsTheIdOfWhatItWrote(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			String text = broker.broker().stream("orders").send("grüße");
			String json = broker.broker().stream("orders").send(new Order(7, "ada"));
			String async = broker.broker().stream("orders").sendAsync(new byte[] { 'x' }).join();
			List<StreamMessage<String, String>> entries = entries(redis);
			assertThat(entries).extracting(StreamMessage::getId).containsExactly(text, json, async);
			assertThat(entries).extracting(StreamMessage::getBody)
				.containsExactly(Map.of("payload", "grüße"), Map.of("payload", "{\"id\":7,\"customer\":\"ada\"}"),
						Map.of("payload", "x"));
		}
	}

	@Test
	void sendsHeadersBesideThePayload(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			StreamSender sender = broker.broker().stream("orders").withHeader("tenant", "eu");
			sender.withHeaders(Map.of("trace", "1")).send("one");
			sender.send(MessageBuilder.withPayload("two").setHeader("priority", 9).build());
			assertThat(entries(redis)).extracting(StreamMessage::getBody)
				.containsExactly(Map.of("payload", "one", "tenant", "eu", "trace", "1"),
						Map.of("payload", "two", "tenant", "eu", "priority", "9"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "payload", "dead-letter-reason", "redisbroker_source" })
	void refusesHeadersThatTheBrokerUses(String name, RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> broker.broker().stream("orders").withHeader(name, "value"))
				.withMessageContaining("'" + name + "'");
			assertThatIllegalArgumentException()
				.isThrownBy(() -> broker.broker().channel("orders").withHeader(name, "value"))
				.withMessageContaining("'" + name + "'");
		}
	}

	@Test
	void takesAnIdAndPassesOnWhatRedisSaysOfIt(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			StreamSender sender = broker.broker().stream("orders").withId("5-1");
			assertThat(sender.send("first")).isEqualTo("5-1");
			assertThatExceptionOfType(RedisErrorException.class).isThrownBy(() -> sender.send("second"))
				.withMessageStartingWith("ERR The ID specified in XADD is equal or smaller");
			assertThat(entries(redis)).hasSize(1);
		}
	}

	@Test
	void sendsManyInOrder(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			List<String> texts = IntStream.range(0, 2500).mapToObj((i) -> "m-" + i).toList();
			List<String> ids = broker.broker().stream("orders").sendAll(texts);
			assertThat(entries(redis)).extracting(StreamMessage::getId).isEqualTo(ids);
			assertThat(entries(redis)).extracting((entry) -> entry.getBody().get("payload")).isEqualTo(texts);
		}
	}

	@Test
	void tellsWhichOfManyWereSent(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			assertThatExceptionOfType(SendAllException.class)
				.isThrownBy(
						() -> broker.broker().stream("orders").withId("5-1").sendAll(List.of("one", "two", "three")))
				.withMessageContaining("Of 3 messages for 'orders' 1 were sent")
				.withCauseInstanceOf(RedisErrorException.class)
				.satisfies((ex) -> assertThat(ex.ids()).containsExactly("5-1", null, null));
		}
	}

	@Test
	void sendsNone(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			assertThat(broker.broker().stream("orders").sendAll(List.of())).isEmpty();
		}
	}

	@Test
	void keepsAboutSoManyEntries(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			broker.broker()
				.stream("orders")
				.withMaxLength(500)
				.sendAll(IntStream.range(0, 2000).mapToObj((i) -> "m-" + i).toList());
			assertThat(redis.commands().xlen("orders")).isBetween(500L, 700L);
		}
	}

	@Test
	void keepsEntriesForAboutSoLong(RedisServer redis) {
		try (TestBroker broker = new TestBroker(redis)) {
			broker.broker().stream("orders").sendAll(IntStream.range(0, 1000).mapToObj((i) -> "old-" + i).toList());
			broker.broker().stream("orders").withMaxAge(Duration.ofHours(1)).send("new");
			assertThat(redis.commands().xlen("orders")).isEqualTo(1001);
			await().untilAsserted(() -> {
				broker.broker().stream("orders").withMaxAge(Duration.ofMillis(50)).send("new");
				// Redis removes whole blocks, of a hundred entries
				assertThat(redis.commands().xlen("orders")).isLessThan(300);
			});
		}
	}

	@Test
	void limitsTheAgeOfEntriesWithAnyNumberOfFields(RedisServer redis) {
		redis.commands().flushall();
		Map<String, String> headers = IntStream.range(0, 9000)
			.boxed()
			.collect(Collectors.toMap((i) -> "field-" + i, String::valueOf));
		redis.commands().configSet("stream-node-max-entries", "1");
		try (TestBroker broker = new TestBroker(redis)) {
			broker.broker().stream("orders").withId("1-1").send("old");
			broker.broker().stream("orders").withMaxAge(Duration.ofHours(1)).withHeaders(headers).send("new");
			assertThat(entries(redis)).singleElement()
				.satisfies((entry) -> assertThat(entry.getBody()).hasSize(9001).containsEntry("payload", "new"));
		}
		finally {
			redis.commands().configSet("stream-node-max-entries", "100");
		}
	}

	private static List<StreamMessage<String, String>> entries(RedisServer redis) {
		return redis.commands().xrange("orders", Range.unbounded());
	}

	record Order(long id, String customer) {
	}

}
