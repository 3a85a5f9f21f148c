package io.redisbroker.autoconfigure;

import io.lettuce.core.ScriptOutputType;
import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.autoconfigure.EndpointDeadLetters.Letter;
import io.redisbroker.autoconfigure.EndpointDeadLetters.Page;
import io.redisbroker.autoconfigure.EndpointDeadLetters.Result;
import io.redisbroker.autoconfigure.RedisBrokerEndpoint.Part;
import io.redisbroker.failure.RedisErrorException;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.dao.DataAccessException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The dead letters on which the endpoint works, and its messages when it can't.
 */
@WithRedis(perMethod = true)
class EndpointDeadLettersIntegrationTests {

	private RedisServer redis;

	private ApplicationContextRunner runner;

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.redis = redis;
		this.runner = TestApplication.runner(redis)
			.withConfiguration(AutoConfigurations.of(RedisBrokerEndpointAutoConfiguration.class))
			.withPropertyValues("redis-broker.preflight=off", "redis-broker.listener.max-attempts=1",
					"management.endpoints.web.exposure.include=redisbroker",
					"management.endpoints.jmx.exposure.include=redisbroker",
					"management.endpoint.redisbroker.show-values=always", "spring.data.redis.timeout=1s")
			.withBean(Listeners.class);
	}

	private static RedisBrokerEndpoint endpoint(ApplicationContext context) {
		return context.getBean(RedisBrokerEndpoint.class);
	}

	private static Page page(ApplicationContext context, String listener) {
		return (Page) endpoint(context).deadLetters(listener, Part.DEAD_LETTERS, null, null, null, null, null, null);
	}

	/** The listeners have the same source, and each has its own dead letters. */
	@Test
	void worksOnThoseOfTheListenerThatIsNamed() {
		this.runner.run((context) -> {
			context.getBean(RedisBroker.class).stream("orders").send("x");
			context.getBean(RedisBroker.class).channel("orders").publish("y");
			await().untilAsserted(() -> {
				assertLetter(context, "billing", "x");
				assertLetter(context, "shipping", "x");
				assertLetter(context, "hearing", "y");
			});
			// two streams may contain the same id
			String unbilled = page(context, "billing").letters().get(0).id();
			String unshipped = page(context, "shipping").letters().get(0).id();
			assertThat(endpoint(context).delete("billing", Part.DEAD_LETTERS, null, unbilled))
				.isEqualTo(new Result("orders", "deleted"));
			assertThat(endpoint(context).delete("billing", Part.DEAD_LETTERS, null, unshipped))
				.isEqualTo(new Result("orders", "not there"));
			assertThat(page(context, "shipping").count()).isOne();
			assertThat(endpoint(context).delete("shipping", Part.DEAD_LETTERS, null, unshipped))
				.isEqualTo(new Result("orders", "deleted"));
			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> redrive(context, "hearing", null))
				.satisfies((ex) -> assertThat(ex.getReason()).contains("can't be put back"));
		});
	}

	/** Two groups keep their dead letters in one stream. */
	@Test
	void worksOnThoseOfTheGroupOfTheListenerThatIsNamed() {
		this.runner.withBean(Auditing.class).run((context) -> {
			context.getBean(RedisBroker.class).stream("orders").send("x");
			await().untilAsserted(() -> {
				assertLetter(context, "billing", "x");
				assertLetter(context, "auditing", "x");
			});
			assertThat(page(context, "billing").count()).isOne();
			assertThat(page(context, "billing").stored()).isEqualTo(2);
			String unaudited = page(context, "auditing").letters().get(0).id();
			assertThat(((Page) endpoint(context).deadLetters("billing", Part.DEAD_LETTERS, null, unaudited, null, null,
					null, null))
				.letters()).isEmpty();
			assertThat(redrive(context, "billing", unaudited)).isEqualTo(new Result("orders", "not there"));
			assertThat(endpoint(context).delete("billing", Part.DEAD_LETTERS, null, unaudited))
				.isEqualTo(new Result("orders", "not there"));
			redrive(context, "billing", null);
			await().untilAsserted(() -> assertThat(page(context, "billing").letters()).singleElement()
				.satisfies((letter) -> assertThat(letter.redrives()).isOne()));
			assertThat(page(context, "auditing").letters()).singleElement()
				.satisfies((letter) -> assertThat(letter.id()).isEqualTo(unaudited));
			assertThat(endpoint(context).delete("auditing", Part.DEAD_LETTERS, null, unaudited))
				.isEqualTo(new Result("orders", "deleted"));
		});
	}

	@Test
	void doesNotCountWhatItWouldTakeLongToCount() {
		this.runner.run((context) -> {
			this.redis.commands()
				.eval("for i = 1, 10001 do redis.call('XADD', KEYS[1], '*', 'payload', i, 'dead-letter-source', 'orders') end",
						ScriptOutputType.STATUS, "{orders}:dlq");
			assertThat(page(context, "billing").count()).isNull();
			assertThat(page(context, "billing").stored()).isEqualTo(10_001);
		});
	}

	private static void assertLetter(ApplicationContext context, String listener, String payload) {
		assertThat(page(context, listener).letters()).singleElement().satisfies((Letter letter) -> {
			assertThat(letter.payload()).isEqualTo(payload);
			assertThat(letter.failure()).containsEntry("listener", listener);
		});
	}

	/** A missing selection must not select all dead letters. */
	@Test
	void putsNothingBackWhereItIsNotClearWhichAreMeant() {
		this.runner.run((context) -> {
			context.getBean(RedisBroker.class).stream("orders").send("x");
			await().untilAsserted(() -> assertLetter(context, "billing", "x"));
			RedisBrokerEndpoint endpoint = endpoint(context);
			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> endpoint.redrive("billing", Part.DEAD_LETTERS, null, null, null, null, null, 10))
				.satisfies((ex) -> assertThat(ex.getReason()).contains("'letter'", "'exception'", "'reason'", "'all'"));
			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> endpoint.redrive("billing", Part.DEAD_LETTERS, null, "1-1", "Any", null, null, null));
			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> endpoint.redrive("billing", Part.DEAD_LETTERS, null, null, "Any", null, true, 10));
			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> endpoint.redrive("billing", Part.DEAD_LETTERS, null, null, null, null, true, null))
				.satisfies((ex) -> assertThat(ex.getReason()).contains("perSecond"));
			assertThat(page(context, "billing").letters()).singleElement()
				.satisfies((letter) -> assertThat(letter.redrives()).isZero());
			endpoint.redrive("billing", Part.DEAD_LETTERS, null, null, null, null, true, 10);
			await().untilAsserted(() -> assertThat(page(context, "billing").letters()).singleElement()
				.satisfies((letter) -> assertThat(letter.redrives()).isOne()));
		});
	}

	@Test
	void showsNoMoreThanTheBeginningOfLargePayloadsInAList() {
		this.runner.run((context) -> {
			context.getBean(RedisBroker.class)
				.stream("orders")
				.withHeader("long", "h".repeat(5000))
				.send("é".repeat(1_000_000));
			await().untilAsserted(
					() -> assertThat(page(context, "billing").letters()).singleElement().satisfies((letter) -> {
						assertThat(letter.payload()).isEqualTo("é".repeat(2000) + "…");
						assertThat(letter.payloadSize()).isEqualTo(2_000_000);
						assertThat(letter.headers().get("long")).isEqualTo("h".repeat(2000) + "…");
					}));
			String id = page(context, "billing").letters().get(0).id();
			Page whole = (Page) endpoint(context).deadLetters("billing", Part.DEAD_LETTERS, null, id, null, null, null,
					null);
			assertThat(whole.letters()).singleElement().satisfies((letter) -> {
				assertThat(letter.payload()).isEqualTo("é".repeat(1_000_000));
				assertThat(letter.headers().get("long")).hasSize(5000);
			});
			assertThat(((Page) endpoint(context).deadLetters("billing", Part.DEAD_LETTERS, null, "1-1", null, null,
					null, null))
				.letters()).isEmpty();
		});
	}

	private static Object redrive(ApplicationContext context, String listener, String letter) {
		return endpoint(context).redrive(listener, Part.DEAD_LETTERS, null, letter, null, null,
				(letter != null) ? null : true, (letter != null) ? null : 10);
	}

	@ParameterizedTest
	@ValueSource(strings = { "abc", "99999999999999999999-0" })
	void saysWhatIsNoId(String id) {
		this.runner.run((context) -> {
			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> redrive(context, "billing", id));
			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> endpoint(context).delete("billing", Part.DEAD_LETTERS, null, id));
			assertThatExceptionOfType(InvalidEndpointRequestException.class).isThrownBy(() -> endpoint(context)
				.deadLetters("billing", Part.DEAD_LETTERS, null, null, null, null, id, null));
		});
	}

	@Test
	void saysThatRedisDoesNotAnswer() {
		this.runner.run((context) -> {
			this.redis.freeze();
			try {
				// an earlier command may be late, which closes the connection
				assertThatExceptionOfType(DataAccessException.class)
					.isThrownBy(() -> redrive(context, "billing", "1-1"))
					.satisfies((ex) -> assertThat(ex.getMessage()).containsAnyOf("did not answer",
							"No connection to Redis"));
			}
			finally {
				this.redis.resume();
			}
			this.redis.commands().set("{orders}:dlq", "no stream");
			assertThatExceptionOfType(RedisErrorException.class).isThrownBy(() -> page(context, "billing"))
				.withMessage("WRONGTYPE Operation against a key holding the wrong kind of value");
		});
	}

	static class Auditing {

		@StreamListener(id = "auditing", streams = "orders", group = "auditing")
		void audit(String order) {
			throw new IllegalStateException("no");
		}

	}

	static class Listeners {

		@ChannelListener(id = "hearing", channels = "orders", deadLetters = "{orders}:unheard")
		void hear(String order) {
			throw new IllegalStateException("no");
		}

		@StreamListener(id = "billing", streams = "orders", group = "billing")
		void bill(String order) {
			throw new IllegalStateException("no");
		}

		@StreamListener(id = "shipping", streams = "orders", group = "shipping", deadLetters = "{orders}:unshipped")
		void ship(String order) {
			throw new IllegalStateException("no");
		}

	}

}
