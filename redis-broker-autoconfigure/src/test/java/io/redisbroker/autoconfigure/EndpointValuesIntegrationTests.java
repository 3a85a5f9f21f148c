package io.redisbroker.autoconfigure;

import java.io.IOException;
import java.security.Principal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.autoconfigure.EndpointSanitizer.Kind;
import io.redisbroker.autoconfigure.HttpApplication.Response;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The payloads, headers and failures that the endpoint shows to each user over HTTP.
 */
@WithRedis
class EndpointValuesIntegrationTests {

	private static final String HIDDEN = SanitizableData.SANITIZED_VALUE;

	private static final String PAYLOAD = """
			{"customer":"ada","card":{"number":4711,"token":"t-1"},"items":[{"password":"p"}],"credentials":{"a":1}}""";

	private RedisServer redis;

	@BeforeEach
	void clear(RedisServer redis) {
		redis.commands().flushall();
		this.redis = redis;
	}

	private HttpApplication start(List<Class<?>> beans, String... properties) {
		List<Class<?>> all = new ArrayList<>(beans);
		all.add(Listeners.class);
		HttpApplication application = HttpApplication.start(this.redis, all, properties);
		RedisBroker broker = application.bean(RedisBroker.class);
		broker.stream("entries").withHeader("authorization", "secret").withHeader("tenant", "eu").send(PAYLOAD);
		broker.queue("items").withHeader("authorization", "secret").withHeader("tenant", "eu").send(PAYLOAD);
		broker.channel("news").withHeader("authorization", "secret").withHeader("tenant", "eu").publish(PAYLOAD);
		for (String listener : List.of("streams", "queues", "channels")) {
			await()
				.untilAsserted(() -> assertThat(letters(application, listener).body().path("count").asInt(0)).isOne());
		}
		return application;
	}

	private static Response letters(HttpApplication application, String listener) {
		return application.get("/" + listener + "/dead-letters");
	}

	@ParameterizedTest
	@ValueSource(strings = { "streams", "queues", "channels" })
	void hidesValuesUnlessToldToShowThem(String listener) {
		try (HttpApplication application = start(List.of(Masking.class))) {
			JsonNode letter = letters(application, listener).letter();
			assertHidden(letter);
			JsonNode whole = application.get("/" + listener + "/dead-letters?letter=" + letter.path("id").asString())
				.letter();
			assertHidden(whole);
		}
	}

	private static void assertHidden(JsonNode letter) {
		assertThat(letter.path("payload").asString()).isEqualTo(HIDDEN);
		assertThat(letter.path("payloadSize").asInt()).isEqualTo(PAYLOAD.length());
		assertThat(letter.path("headers").path("authorization").asString()).isEqualTo(HIDDEN);
		assertThat(letter.path("headers").path("tenant").asString()).isEqualTo(HIDDEN);
		assertThat(letter.path("failure").path("message").asString()).isEqualTo(HIDDEN);
		assertThat(letter.path("failure").path("stack-trace").asString()).isEqualTo(HIDDEN);
		assertThat(letter.path("failure").path("exception").asString())
			.isEqualTo(IllegalStateException.class.getName());
		assertThat(letter.path("failure").path("reason").asString()).isEqualTo("DELIVERIES_EXHAUSTED");
		assertThat(letter.toString()).doesNotContain("secret", "ada", "4711");
	}

	@Test
	@EffectOf("management.endpoint.redisbroker.show-values")
	void showsValuesAsTheyAreWhenToldTo() {
		try (HttpApplication application = start(List.of(), "management.endpoint.redisbroker.show-values=always")) {
			for (String listener : List.of("streams", "queues", "channels")) {
				JsonNode letter = letters(application, listener).letter();
				assertThat(letter.path("payload").asString()).isEqualTo(PAYLOAD);
				assertThat(letter.path("headers").path("authorization").asString()).isEqualTo("secret");
				assertThat(letter.path("failure").path("message").asString()).isEqualTo("can't bill " + PAYLOAD);
			}
		}
	}

	@Test
	void appliesSanitizingFunctionsToHeadersAndToFieldsOfThePayload() {
		try (HttpApplication application = start(List.of(Masking.class),
				"management.endpoint.redisbroker.show-values=always")) {
			for (String listener : List.of("streams", "queues", "channels")) {
				JsonNode letter = letters(application, listener).letter();
				assertThat(letter.path("headers").path("authorization").asString()).isEqualTo(HIDDEN);
				assertThat(letter.path("headers").path("tenant").asString()).isEqualTo("eu");
				JsonNode payload = JsonMapper.shared().readTree(letter.path("payload").asString());
				assertThat(payload.path("customer").asString()).isEqualTo("a**");
				assertThat(payload.path("card").path("number").asInt()).isEqualTo(4711);
				assertThat(payload.path("card").path("token").asString()).isEqualTo(HIDDEN);
				assertThat(payload.path("items").path(0).path("password").asString()).isEqualTo(HIDDEN);
				assertThat(payload.path("credentials").asString()).isEqualTo(HIDDEN);
				assertThat(letter.path("failure").path("message").asString()).isEqualTo(HIDDEN);
			}
		}
	}

	@Test
	void hidesWhatASanitizingFunctionFailsOn() {
		try (HttpApplication application = start(List.of(Failing.class),
				"management.endpoint.redisbroker.show-values=always")) {
			JsonNode letter = letters(application, "queues").letter();
			assertThat(letter.path("headers").path("authorization").asString()).isEqualTo(HIDDEN);
			assertThat(letter.path("headers").path("tenant").asString()).isEqualTo("eu");
		}
	}

	static class Failing {

		@Bean
		SanitizingFunction failing() {
			return (data) -> {
				if (data.getKey().equals("authorization")) {
					throw new IllegalStateException("Failing");
				}
				return data;
			};
		}

	}

	/** A message with very many fields keeps them as one field of its dead letter. */
	@Test
	void findsTheHeadersOfLargeEntriesOneByOne() {
		try (HttpApplication application = start(List.of(Masking.class),
				"management.endpoint.redisbroker.show-values=always")) {
			this.redis.commands().del("{entries}:dlq");
			this.redis.commands()
				.xadd("{entries}:dlq", "payload", "x", "dead-letter-source", "entries", "dead-letter-fields",
						"{\"authorization\":\"secret\",\"tenant\":\"eu\"}");
			JsonNode letter = letters(application, "streams").letter();
			assertThat(letter.path("headers").path("tenant").asString()).isEqualTo("eu");
			assertThat(letter.toString()).doesNotContain("secret");
		}
	}

	@Test
	void showsValuesToThoseWhoAreAuthenticated() {
		try (HttpApplication application = start(List.of(Users.class),
				"management.endpoint.redisbroker.show-values=when-authorized")) {
			assertThat(letters(application, "streams").letter().path("payload").asString()).isEqualTo(HIDDEN);
			assertThat(payload(application, "eve")).isEqualTo(PAYLOAD);
		}
	}

	@Test
	@EffectOf("management.endpoint.redisbroker.roles")
	void showsValuesToThoseWhoHaveARole() {
		try (HttpApplication application = start(List.of(Users.class),
				"management.endpoint.redisbroker.show-values=when-authorized",
				"management.endpoint.redisbroker.roles=support")) {
			assertThat(letters(application, "streams").letter().path("payload").asString()).isEqualTo(HIDDEN);
			assertThat(payload(application, "eve")).isEqualTo(HIDDEN);
			assertThat(payload(application, "support")).isEqualTo(PAYLOAD);
		}
	}

	private static String payload(HttpApplication application, String user) {
		return application.get("/streams/dead-letters", user).letter().path("payload").asString();
	}

	@Test
	void leavesTheDecisionToASanitizerOfTheApplication() {
		try (HttpApplication application = start(List.of(Masking.class, OwnSanitizer.class))) {
			JsonNode letter = letters(application, "queues").letter();
			assertThat(letter.path("payload").asString()).isEqualTo("queues items PAYLOAD payload false");
			assertThat(letter.path("headers").path("tenant").asString()).isEqualTo("queues items HEADER tenant false");
			assertThat(letter.path("failure").path("message").asString())
				.isEqualTo("queues items FAILURE dead-letter-message false");
			assertThat(letter.path("failure").path("stack-trace").isNull()).isTrue();
		}
	}

	static class Listeners {

		@StreamListener(id = "streams", streams = "entries", group = "billing")
		void onEntry(String payload) {
			throw new IllegalStateException("can't bill " + payload);
		}

		@QueueListener(id = "queues", queues = "items")
		void onItem(String payload) {
			throw new IllegalStateException("can't bill " + payload);
		}

		@ChannelListener(id = "channels", channels = "news", deadLetters = "unheard")
		void onNews(String payload) {
			throw new IllegalStateException("can't bill " + payload);
		}

	}

	static class Masking {

		@Bean
		@Order(1)
		SanitizingFunction likely() {
			return SanitizingFunction.sanitizeValue().ifLikelySensitive().ifKeyEquals("authorization");
		}

		@Bean
		@Order(2)
		SanitizingFunction customers() {
			return SanitizingFunction.of((data) -> data.withValue("a**")).ifKeyEquals("payload.customer");
		}

		@Bean
		SanitizingFunction messages() {
			return SanitizingFunction.sanitizeValue().ifKeyMatches("dead-letter-(message|stack-trace)");
		}

	}

	static class OwnSanitizer {

		@Bean
		EndpointSanitizer sanitizer() {
			return (value, show) -> value.name().equals("dead-letter-stack-trace") ? null
					: String.join(" ",
							Arrays.asList(value.listener(), value.source(), value.kind().name(), value.name(),
									String.valueOf(show)))
							+ ((value.kind() == Kind.PAYLOAD && !value.text().equals(PAYLOAD)) ? " other" : "");
		}

	}

	/** Takes the user from a header, with the role of the same name. */
	static class Users {

		@Bean
		Filter users() {
			return new Filter() {

				@Override
				public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
						throws IOException, ServletException {
					String user = ((HttpServletRequest) request).getHeader("user");
					chain.doFilter(new HttpServletRequestWrapper((HttpServletRequest) request) {

						@Override
						public Principal getUserPrincipal() {
							return (user != null) ? () -> user : null;
						}

						@Override
						public boolean isUserInRole(String role) {
							return role.equals(user);
						}

					}, response);
				}

			};
		}

	}

}
