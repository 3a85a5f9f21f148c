package io.redisbroker.autoconfigure;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import javax.management.JMException;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;

import io.redisbroker.annotation.QueueListener;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.endpoint.SanitizableData;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * The endpoint over JMX, where the user is unknown.
 */
@WithRedis
class EndpointOverJmxIntegrationTests {

	private static final String[] JMX = { "spring.jmx.enabled=true", "spring.jmx.unique-names=false",
			"management.endpoints.jmx.exposure.include=redisbroker" };

	private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

	private RedisServer redis;

	@BeforeEach
	void clear(RedisServer redis) {
		redis.commands().flushall();
		this.redis = redis;
	}

	private HttpApplication start(String... properties) {
		String[] all = Arrays.copyOf(JMX, JMX.length + properties.length);
		System.arraycopy(properties, 0, all, JMX.length, properties.length);
		HttpApplication application = HttpApplication.start(this.redis, List.of(Listeners.class), all);
		application.bean(RedisBroker.class).queue("invoices").withHeader("tenant", "eu").send("secret");
		await().untilAsserted(() -> assertThat(letter()).containsKey("id"));
		return application;
	}

	@Test
	void onlyShowsAndHidesValuesUnlessMoreIsAllowed() throws JMException {
		try (HttpApplication application = start()) {
			assertThat(letter()).containsEntry("payload", SanitizableData.SANITIZED_VALUE)
				.containsEntry("headers", Map.of("tenant", SanitizableData.SANITIZED_VALUE));
			assertThat(this.server.getMBeanInfo(name()).getOperations()).extracting(MBeanOperationInfo::getName)
				.containsExactlyInAnyOrder("listeners", "listener", "deadLetters", "look");
		}
	}

	@Test
	void showsValuesWhenTheyAreAlwaysShownOnly() throws JMException {
		try (HttpApplication application = start("management.endpoint.redisbroker.show-values=always")) {
			assertThat(letter()).containsEntry("payload", "secret").containsEntry("headers", Map.of("tenant", "eu"));
		}
		this.redis.commands().flushall();
		try (HttpApplication application = start("management.endpoint.redisbroker.show-values=when-authorized")) {
			assertThat(letter()).containsEntry("payload", SanitizableData.SANITIZED_VALUE);
		}
	}

	@Test
	void looksIntoAQueueAndHidesValuesUnlessTheyAreAlwaysShown() throws JMException {
		try (HttpApplication application = start()) {
			assertThat(delayed(application)).containsEntry("payload", SanitizableData.SANITIZED_VALUE);
		}
		this.redis.commands().flushall();
		try (HttpApplication application = start("management.endpoint.redisbroker.show-values=always")) {
			assertThat(delayed(application)).containsEntry("payload", "later");
			assertRefused("'invoices' is a queue and has no entries", "look", "printing", "inside", "entries", null,
					null, null, null, null, null, null, null, null);
		}
	}

	private Map<String, Object> delayed(HttpApplication application) throws JMException {
		application.bean(RedisBroker.class).queue("invoices").sendDelayed("later", Duration.ofHours(1));
		List<?> items = (List<?>) answer(
				invoke("look", "printing", "inside", "delayed", null, null, null, null, null, null, null, null, null))
			.get("items");
		return answer(answer(items.get(0)).get("content"));
	}

	@Test
	void doesWhatIsAllowedAndSaysWhatIsWrong() throws JMException {
		try (HttpApplication application = start("management.endpoint.redisbroker.access=unrestricted",
				"spring.data.redis.timeout=1s")) {
			assertThat(answer(invoke("operate", "printing", "pause"))).containsEntry("state", "paused");
			assertThat(answer(invoke("operate", "printing", "resume"))).containsEntry("state", "listening");
			assertRefused("'operation' is 'paus'; set it to one of pause, resume, stop, start", "operate", "printing",
					"paus");
			assertRefused("There is no listener 'priting'; there are printing", "operate", "priting", "pause");
			assertRefused("There is no listener 'priting'; there are printing", "listener", "priting");
			assertRefused("Set 'operation' to one of pause, resume, stop, start", "operate", "printing", null);
			assertRefused("'x' is no id of a dead letter", "delete", "printing", "dead-letters", null, "x");
			String letter = (String) letter().get("id");
			assertThat(answer(invoke("delete", "printing", "dead-letters", null, letter))).containsEntry("result",
					"deleted");
			this.redis.commands().set("{invoices}:dlq", "no stream");
			assertRefused("WRONGTYPE Operation against a key holding the wrong kind of value", "deadLetters",
					"printing", "dead-letters", null, null, null, null, null, null);
		}
	}

	private void assertRefused(String reason, String operation, Object... arguments) {
		assertThatThrownBy(() -> invoke(operation, arguments)).hasMessageContaining(reason);
	}

	private Map<String, Object> letter() throws JMException {
		List<?> letters = (List<?>) answer(
				invoke("deadLetters", "printing", "dead-letters", null, null, null, null, null, null))
			.get("letters");
		return letters.isEmpty() ? Map.of() : answer(letters.get(0));
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> answer(Object answer) {
		return (Map<String, Object>) answer;
	}

	private Object invoke(String operation, Object... arguments) throws JMException {
		MBeanInfo info = this.server.getMBeanInfo(name());
		String[] signature = Arrays.stream(info.getOperations())
			.filter((each) -> each.getName().equals(operation) && each.getSignature().length == arguments.length)
			.findFirst()
			.map((each) -> Arrays.stream(each.getSignature()).map(MBeanParameterInfo::getType).toArray(String[]::new))
			.orElseThrow();
		return this.server.invoke(name(), operation, arguments, signature);
	}

	private static ObjectName name() throws JMException {
		return new ObjectName("org.springframework.boot:type=Endpoint,name=Redisbroker");
	}

	static class Listeners {

		@QueueListener(id = "printing", queues = "invoices")
		void print(String invoice) {
			throw new IllegalStateException("no");
		}

	}

}
