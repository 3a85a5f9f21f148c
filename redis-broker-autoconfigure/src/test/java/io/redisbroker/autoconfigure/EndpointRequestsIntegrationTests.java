package io.redisbroker.autoconfigure;

import java.util.List;

import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.autoconfigure.HttpApplication.Response;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Requests that the endpoint carries out or refuses over HTTP, and its messages.
 */
@WithRedis
class EndpointRequestsIntegrationTests {

	/** One application for all requests that are refused. */
	private static @Nullable HttpApplication refusing;

	private RedisServer redis;

	private HttpApplication application;

	@BeforeEach
	void clear(RedisServer redis) {
		redis.commands().flushall();
		this.redis = redis;
	}

	@AfterEach
	void stop() {
		if (this.application != refusing) {
			this.application.close();
		}
	}

	@AfterAll
	static void stopRefusing() {
		if (refusing != null) {
			refusing.close();
		}
	}

	private void start(String... properties) {
		this.application = HttpApplication.start(this.redis, List.of(Listeners.class), properties);
	}

	private void startUnrestricted() {
		start("management.endpoint.redisbroker.access=unrestricted", "spring.data.redis.timeout=1s");
	}

	@Test
	void onlyShowsUnlessMoreIsAllowed() {
		start();
		String letter = deadLetter();
		assertThat(this.application.get("").status()).isEqualTo(200);
		assertThat(this.application.get("/billing").status()).isEqualTo(200);
		assertThat(this.application.post("", "{\"operation\":\"stop\"}").status()).isEqualTo(405);
		assertThat(this.application.post("/billing", "{\"operation\":\"stop\"}").status()).isEqualTo(405);
		assertThat(this.application.post("/billing/dead-letters", "{\"letter\":\"" + letter + "\"}").status())
			.isEqualTo(405);
		assertThat(this.application.delete("/billing/dead-letters?letter=" + letter).status()).isEqualTo(405);
		assertThat(this.application.get("/billing").body().path("state").asString()).isEqualTo("listening");
		assertThat(deadLetter()).isEqualTo(letter);
	}

	@Test
	void followsTheAccessThatIsSetForAllEndpoints() {
		start("management.endpoints.access.default=none");
		assertThat(this.application.get("").status()).isEqualTo(404);
		this.application.close();
		start("management.endpoints.access.default=unrestricted");
		assertThat(this.application.post("/billing", "{\"operation\":\"pause\"}").body().path("state").asString())
			.isEqualTo("paused");
		this.application.close();
		start("management.endpoints.access.default=unrestricted",
				"management.endpoints.access.max-permitted=read-only");
		assertThat(this.application.post("/billing", "{\"operation\":\"pause\"}").status()).isEqualTo(405);
	}

	@Test
	void doesWhatIsAllowed() {
		startUnrestricted();
		String letter = deadLetter();
		assertThat(this.application.post("/billing", "{\"operation\":\"pause\"}").body().path("state").asString())
			.isEqualTo("paused");
		assertThat(this.application.post("/billing", "{\"operation\":\"resume\"}").body().path("state").asString())
			.isEqualTo("listening");
		assertThat(result(this.application.post("/billing/dead-letters", "{\"letter\":\"" + letter + "\"}")))
			.isEqualTo("redriven");
		await().until(() -> this.application.get("/billing/dead-letters").letter().path("redrives").asInt(0) == 1);
		letter = deadLetter();
		assertThat(result(this.application.delete("/billing/dead-letters?letter=" + letter))).isEqualTo("deleted");
		assertThat(result(this.application.delete("/billing/dead-letters?letter=" + letter))).isEqualTo("not there");
	}

	/** Dead letters of the group that shares their stream. */
	@Test
	void neitherShowsNorDeletesDeadLettersOfOthers() {
		startUnrestricted();
		deadLetter();
		await().until(() -> this.application.get("/auditing/dead-letters").body().path("count").asInt(0) == 1);
		String other = this.application.get("/auditing/dead-letters").letter().path("id").asString();
		assertThat(this.application.get("/billing/dead-letters?letter=" + other).letter().isMissingNode()).isTrue();
		assertThat(result(this.application.delete("/billing/dead-letters?letter=" + other))).isEqualTo("not there");
		assertThat(result(this.application.delete("/printing/dead-letters?letter=" + other))).isEqualTo("not there");
		assertThat(result(this.application.delete("/auditing/dead-letters?letter=" + other))).isEqualTo("deleted");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-",
			textBlock = """
					GET    | /biling                               | -                                 | 404 | There is no listener 'biling'; there are auditing, billing, printing
					POST   | /biling                               | {"operation":"stop"}              | 404 | There is no listener 'biling'; there are auditing, billing, printing
					GET    | /biling/dead-letters                  | -                                 | 404 | There is no listener 'biling'; there are auditing, billing, printing
					POST   | /biling/dead-letters                  | {"letter":"1-1"}                  | 404 | There is no listener 'biling'; there are auditing, billing, printing
					DELETE | /biling/dead-letters?letter=1-1       | -                                 | 404 | There is no listener 'biling'; there are auditing, billing, printing
					GET    | /billing/dead-leters                  | -                                 | 404 | There is no 'dead-leters' of a listener; there is dead-letters
					POST   | /billing                              | {"operation":"paus"}              | 400 | 'operation' is 'paus'; set it to one of pause, resume, stop, start
					POST   | -                                     | {"operation":"paus"}              | 400 | 'operation' is 'paus'; set it to one of pause, resume, stop, start
					POST   | /billing                              | {}                                | 400 | Set 'operation' to one of pause, resume, stop, start
					POST   | /billing                              | {"operatoin":"stop"}              | 400 | There is no parameter 'operatoin' here; there are operation
					GET    | /billing?limit=1                      | -                                 | 400 | There is no parameter 'limit' here; there are none
					GET    | /billing/dead-letters?limit=ten       | -                                 | 400 | 'limit' is 'ten'; set it to a whole number
					GET    | /billing/dead-letters?reason=BAD      | -                                 | 400 | 'reason' is 'BAD'; set it to one of deliveries-exhausted, undecodable, rejected, not-retryable
					GET    | /billing/dead-letters?resaon=REJECTED | -                                 | 400 | There is no parameter 'resaon' here; there are source, letter, exception, reason, from, limit
					GET    | /billing/dead-letters?source=secrets  | -                                 | 400 | Name a 'source' of listener 'billing': orders
					POST   | /billing/dead-letters                 | {"all":"some","perSecond":1}      | 400 | 'all' is 'some'; set it to true or false
					POST   | /billing/dead-letters                 | {"all":true,"perSecond":"a"}      | 400 | 'perSecond' is 'a'; set it to a whole number
					POST   | /billing/dead-letters                 | {"all":true}                      | 400 | Say how many to redrive 'perSecond'
					POST   | /billing/dead-letters                 | {}                                | 400 | Name the 'letter' to redrive, or an 'exception' or 'reason', or say 'all'
					DELETE | /billing/dead-letters                 | -                                 | 400 | Set 'letter' to a text
					DELETE | /billing/dead-letters?letter=x        | -                                 | 400 | 'x' is no id of a dead letter
					""")
	void saysWhyARequestIsRefused(String method, String path, String json, int status, String error) {
		if (refusing == null) {
			startUnrestricted();
			refusing = this.application;
		}
		this.application = refusing;
		String below = (path != null) ? path : "";
		Response response = switch (method) {
			case "GET" -> this.application.get(below);
			case "POST" -> this.application.post(below, json);
			default -> this.application.delete(below);
		};
		assertThat(response.error()).isEqualTo(error);
		assertThat(response.status()).isEqualTo(status);
	}

	@Test
	void saysThatRedisRefusesOrDoesNotAnswer() {
		startUnrestricted();
		this.redis.commands().set("{orders}:dlq", "no stream");
		Response refused = this.application.get("/billing/dead-letters");
		assertThat(refused.status()).isEqualTo(503);
		assertThat(refused.error()).startsWith("WRONGTYPE");
		this.redis.freeze();
		try {
			Response silent = this.application.delete("/billing/dead-letters?letter=1-1");
			assertThat(silent.status()).isEqualTo(503);
			assertThat(silent.error()).containsAnyOf("did not answer", "No connection to Redis");
		}
		finally {
			this.redis.resume();
		}
	}

	private String deadLetter() {
		if (this.redis.commands().xlen("orders") == 0) {
			this.application.bean(RedisBroker.class).stream("orders").send("x");
		}
		await().until(() -> this.application.get("/billing/dead-letters").body().path("count").asInt(0) == 1);
		return this.application.get("/billing/dead-letters").letter().path("id").asString();
	}

	private static String result(Response response) {
		return response.body().path("result").asString("");
	}

	static class Listeners {

		@StreamListener(id = "billing", streams = "orders", group = "billing")
		void bill(String order) {
			throw new IllegalStateException("no");
		}

		@StreamListener(id = "auditing", streams = "orders", group = "auditing")
		void audit(String order) {
			throw new IllegalStateException("no");
		}

		@QueueListener(id = "printing", queues = "invoices", deadLetters = "{orders}:dlq")
		void print(String invoice) {
		}

	}

}
