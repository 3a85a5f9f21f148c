package io.redisbroker.engine.annotation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

import io.lettuce.core.Range;
import io.redisbroker.message.BrokerHeaders;
import io.redisbroker.message.Delivery;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.support.Listeners;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.Validated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a method gets for entries of any shape.
 */
@WithRedis
class PayloadFormsIntegrationTests {

	private final List<Object> received = new CopyOnWriteArrayList<>();

	@Test
	void bindsTheFieldsOfAPlainClientToAMap(RedisServer redis) {
		class Bean {

			public void onEmail(Map<String, String> email) {
				PayloadFormsIntegrationTests.this.received.add(email);
			}

		}
		try (TestBroker broker = listen(redis, new Bean())) {
			redis.commands().xadd("email", "subject", "first", "body", "hello");
			redis.commands().xadd("email", "subject", "grüße", "body", "");
			awaitReceived(2);
			assertThat(this.received).containsExactly(Map.of("subject", "first", "body", "hello"),
					Map.of("subject", "grüße", "body", ""));
			assertNothingPending(redis);
		}
	}

	@Test
	void bindsTheFieldsOfAPlainClientToARecord(RedisServer redis) {
		class Bean {

			public void onEmail(Email email) {
				PayloadFormsIntegrationTests.this.received.add(email);
			}

		}
		try (TestBroker broker = listen(redis, new Bean())) {
			redis.commands().xadd("email", "subject", "first", "body", "hello");
			redis.commands().xadd("email", "priority", "5", "at", "2026-11-21T10:15:30Z", "subject", "second");
			awaitReceived(2);
			assertThat(this.received).containsExactly(new Email("first", "hello", null, null),
					new Email("second", null, 5, Instant.parse("2026-11-21T10:15:30Z")));
		}
	}

	@Test
	void bindsTheFieldsOfAPlainClientToAMessageTheDeliveryAndText(RedisServer redis) {
		class Bean {

			public void onEmail(Message<Email> message, Delivery delivery, @Payload String json) {
				PayloadFormsIntegrationTests.this.received
					.addAll(List.of(message.getPayload(), delivery.fields(), json));
			}

		}
		try (TestBroker broker = listen(redis, new Bean())) {
			redis.commands().xadd("email", "subject", "first", "body", "hello");
			awaitReceived(3);
			assertThat(this.received).containsExactly(new Email("first", "hello", null, null),
					Map.of("subject", "first", "body", "hello"), "{\"subject\":\"first\",\"body\":\"hello\"}");
		}
	}

	@Test
	void keepsFieldsThatDoNotFitAsADeadLetter(RedisServer redis) {
		class Bean {

			public void onEmail(Email email) {
				PayloadFormsIntegrationTests.this.received.add(email);
			}

		}
		try (TestBroker broker = listen(redis, new Bean())) {
			redis.commands().xadd("email", "subject", "first", "priority", "high");
			redis.commands().xadd("email", "subject", "second", "priority", "1");
			awaitReceived(1);
			assertThat(this.received).containsExactly(new Email("second", null, 1, null));
			await().untilAsserted(
					() -> assertThat(redis.commands().xrange("{email}:dlq", Range.unbounded())).singleElement()
						.satisfies((letter) -> assertThat(letter.getBody()).containsEntry("subject", "first")
							.containsEntry("priority", "high")
							.containsEntry("dead-letter-reason", "UNDECODABLE")));
			assertNothingPending(redis);
		}
	}

	@Test
	void readsAPayloadAsWhatTheParameterIs(RedisServer redis) {
		class Bean {

			public void onEmail(Email email, @Payload byte[] bytes, @Payload String text,
					@Payload Map<String, Object> map, @Payload Optional<Email> maybe, Message<Email> message) {
				PayloadFormsIntegrationTests.this.received
					.addAll(List.of(email, new String(bytes, StandardCharsets.UTF_8), text, map, maybe.orElseThrow(),
							message.getPayload()));
			}

		}
		try (TestBroker broker = listen(redis, new Bean())) {
			Email email = new Email("first", "hello", 3, null);
			broker.broker().stream("email").send(email);
			awaitReceived(6);
			String json = "{\"subject\":\"first\",\"body\":\"hello\",\"priority\":3,\"at\":null}";
			assertThat(this.received.subList(0, 3)).containsExactly(email, json, json);
			assertThat(this.received.get(3)).asInstanceOf(InstanceOfAssertFactories.MAP)
				.containsEntry("subject", "first")
				.containsEntry("priority", 3);
			assertThat(this.received.subList(4, 6)).containsExactly(email, email);
		}
	}

	@Test
	void readsWhatTheTypeVariableOfABeanStandsFor(RedisServer redis) {
		abstract class Base<T> {

			public void onPayload(T payload) {
				PayloadFormsIntegrationTests.this.received.add(payload);
			}

		}
		class Bean extends Base<Email> {

		}
		try (TestBroker broker = listen(redis, new Bean())) {
			Email email = new Email("first", "hello", 3, null);
			broker.broker().stream("email").send(email);
			awaitReceived(1);
			assertThat(this.received).containsExactly(email);
		}
	}

	@Test
	void handsOutHeaders(RedisServer redis) {
		class Bean {

			public void onEmail(String text, @Header("tenant") String tenant, @Header("retries") int retries,
					@Header(name = "missing", required = false) String missing,
					@Header(name = "other", defaultValue = "standard") String other, @Headers Map<String, Object> all,
					@Header(BrokerHeaders.DELIVERY_COUNT) long count) {
				List<Object> values = new ArrayList<>(List.of(text, tenant, retries, other, count));
				values.add(String.valueOf(missing));
				values.add(new HashMap<>(all));
				PayloadFormsIntegrationTests.this.received.addAll(values);
			}

		}
		try (TestBroker broker = listen(redis, new Bean())) {
			String id = broker.broker()
				.stream("email")
				.withHeader("tenant", "eu")
				.withHeader("retries", "4")
				.send("hello");
			awaitReceived(7);
			assertThat(this.received.subList(0, 6)).containsExactly("hello", "eu", 4, "standard", 1L, "null");
			assertThat(this.received.get(6)).isEqualTo(Map.of("tenant", "eu", "retries", "4", BrokerHeaders.SOURCE,
					"email", BrokerHeaders.ID, id, BrokerHeaders.DELIVERY_COUNT, 1L, BrokerHeaders.FAILURE_COUNT, 0L,
					BrokerHeaders.LISTENER, "listener"));
		}
	}

	@Test
	void keepsWhatIsNotValidAsADeadLetter(RedisServer redis) {
		class Bean {

			public void onEmail(@Validated Email email) {
				PayloadFormsIntegrationTests.this.received.add(email);
			}

		}
		try (TestBroker broker = new TestBroker(redis)) {
			broker.listen(StreamEndpoint.builder("listener")
				.streams("email")
				.group("mail")
				.handler(Listeners.method(new Bean(), new SubjectValidator())));
			broker.broker().stream("email").send(new Email("", "hello", null, null));
			broker.broker().stream("email").send(new Email("second", "hello", null, null));
			awaitReceived(1);
			assertThat(this.received).containsExactly(new Email("second", "hello", null, null));
			await().untilAsserted(() -> assertThat(redis.commands().xrange("{email}:dlq", Range.unbounded()))
				.singleElement()
				.satisfies((letter) -> assertThat(letter.getBody()).containsEntry("dead-letter-reason", "UNDECODABLE")
					.hasEntrySatisfying("dead-letter-message",
							(message) -> assertThat(message).contains("a subject is needed"))));
		}
	}

	@Test
	void keepsTheExceptionOfAMethodAsItWasThrown(RedisServer redis) {
		class Bean {

			public void onEmail(String text) throws IOException {
				throw new IOException("no route to host");
			}

		}
		try (TestBroker broker = new TestBroker(redis)) {
			broker.listen(StreamEndpoint.builder("listener")
				.streams("email")
				.group("mail")
				.settings(TestSettings.defaults().maxDeliveries(1).build())
				.handler(Listeners.method(new Bean())));
			broker.broker().stream("email").send("x");
			await().untilAsserted(() -> assertThat(redis.commands().xrange("{email}:dlq", Range.unbounded()))
				.singleElement()
				.satisfies((letter) -> assertThat(letter.getBody())
					.containsEntry("dead-letter-exception", "java.io.IOException")
					.containsEntry("dead-letter-message", "no route to host")
					.hasEntrySatisfying("dead-letter-stack-trace",
							(trace) -> assertThat(trace).startsWith("java.io.IOException: no route to host\n\tat ")
								.contains("Bean.onEmail")
								.doesNotContain("Caused by"))));
		}
	}

	private TestBroker listen(RedisServer redis, Object bean) {
		TestBroker broker = new TestBroker(redis);
		broker
			.listen(StreamEndpoint.builder("listener").streams("email").group("mail").handler(Listeners.method(bean)));
		return broker;
	}

	private void awaitReceived(int count) {
		await().until(() -> this.received.size() >= count);
	}

	private static void assertNothingPending(RedisServer redis) {
		await().untilAsserted(() -> assertThat(redis.commands().xpending("email", "mail").getCount()).isZero());
	}

	record Email(String subject, String body, Integer priority, Instant at) {
	}

	static class SubjectValidator implements Validator {

		@Override
		public boolean supports(Class<?> type) {
			return type == Email.class;
		}

		@Override
		public void validate(Object target, Errors errors) {
			if (((Email) target).subject().isEmpty()) {
				errors.reject("subject", "a subject is needed");
			}
		}

	}

}
