package io.redisbroker.sample;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Operates the sample over HTTP, as in production: state, meters, dead letters.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "management.endpoints.web.exposure.include=health,metrics,redisbroker",
				"management.endpoint.redisbroker.access=unrestricted",
				"management.endpoint.redisbroker.show-values=always", "management.endpoint.health.probes.enabled=true",
				"redis-broker.health.down-after=300ms", "redis-broker.metrics.interval=10ms",
				"spring.data.redis.timeout=2s" })
class OperationsIntegrationTests {

	@Autowired
	private RedisBroker broker;

	private RestTestClient client;

	@BeforeEach
	void createClient(@LocalServerPort int port) {
		this.client = RestTestClient.bindToServer().baseUrl("http://localhost:" + port + "/actuator").build();
	}

	@Test
	void showsListenersAndWhatIsLeftToDo() {
		await().untilAsserted(() -> get("/redisbroker").jsonPath("$.listeners['orderListeners.pay'].state")
			.isEqualTo("listening")
			.jsonPath("$.listeners['orderListeners.pay'].transport")
			.isEqualTo("stream")
			.jsonPath("$.listeners['orderListeners.pay'].sources.orders.backlog.inFlight")
			.isEqualTo(0)
			.jsonPath("$.listeners['orderListeners.pay'].sources.orders.consumers")
			.isArray());
		get("/redisbroker/orderListeners.pay").jsonPath("$.settings.maxAttempts").isEqualTo(3);
		this.client.get().uri("/redisbroker/nobody").exchange().expectStatus().isNotFound();
	}

	@Test
	void pausesAndResumesListeners() {
		assertThat(operate("/redisbroker/orderListeners.pay", "pause")).contains("\"state\":\"paused\"");
		assertThat(operate("/redisbroker/orderListeners.pay", "resume")).contains("\"state\":\"listening\"");
		assertThat(operate("/redisbroker", "stop")).contains("\"state\":\"stopped\"")
			.doesNotContain("\"state\":\"listening\"");
		assertThat(operate("/redisbroker", "start")).contains("\"state\":\"listening\"")
			.doesNotContain("\"state\":\"stopped\"");
		assertThat(post("/redisbroker/nobody", Map.of("operation", "pause")).expectStatus()
			.isNotFound()
			.returnResult(String.class)
			.getResponseBody()).contains("no listener 'nobody'");
		post("/redisbroker/orderListeners.pay", Map.of("operation", "explode")).expectStatus().isBadRequest();
	}

	@Test
	void listsRedrivesAndDeletesDeadLetters() {
		this.broker.stream("orders").withHeader("tenant", "eu").send("{\"customer\":\"Bob\",\"amount\":2000}");
		this.broker.stream("orders").send("{\"customer\":\"Eve\",\"amount\":3000}");
		String path = "/redisbroker/orderListeners.pay/dead-letters";
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> get(path + "?limit=1").jsonPath("$.count")
				.isEqualTo(2)
				.jsonPath("$.letters.length()")
				.isEqualTo(1)
				.jsonPath("$.letters[0].failure.message")
				.isEqualTo("The amount is above 1000"));
		get(path + "?exception=NoSuchException").jsonPath("$.letters.length()").isEqualTo(0);
		List<String> ids = ids(path);
		assertThat(post(path, Map.of("letter", ids.get(0))).expectStatus()
			.isOk()
			.returnResult(String.class)
			.getResponseBody()).contains("redriven");
		this.client.delete().uri(path + "?letter=" + ids.get(1)).exchange().expectStatus().isOk();
		// the redriven message fails again, and its dead letter counts the redrive
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(
					() -> get(path).jsonPath("$.count").isEqualTo(1).jsonPath("$.letters[0].redrives").isEqualTo(1));
		post(path, Map.of()).expectStatus().isBadRequest();
		post(path, Map.of("perSecond", 100)).expectStatus().isBadRequest();
		assertThat(refusal(post(path, Map.of("excepton", "TimeoutException", "all", true, "perSecond", 100))))
			.contains("'excepton'", "source, letter, exception, reason, all, perSecond")
			.doesNotContain("part");
		assertThat(refusal(this.client.get().uri(path + "?excepton=TimeoutException").exchange()))
			.contains("'excepton'", "exception, reason, from, limit");
		assertThat(refusal(this.client.delete().uri(path + "?letter=1-1&exception=TimeoutException").exchange()))
			.contains("'exception'", "source, letter");
		assertThat(refusal(this.client.get().uri("/redisbroker?id=x").exchange())).contains("'id'", "there are none");
		get(path).jsonPath("$.count").isEqualTo(1).jsonPath("$.letters[0].redrives").isEqualTo(1);
		post(path, Map.of("all", true, "perSecond", 100)).expectStatus().isOk();
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(
					() -> get(path).jsonPath("$.count").isEqualTo(1).jsonPath("$.letters[0].redrives").isEqualTo(2));
		this.client.get().uri(path + "?source=secrets").exchange().expectStatus().isBadRequest();
		this.client.get().uri("/redisbroker/nobody/dead-letters").exchange().expectStatus().isNotFound();
	}

	private static String refusal(RestTestClient.ResponseSpec response) {
		return response.expectStatus().isBadRequest().returnResult(String.class).getResponseBody();
	}

	private List<String> ids(String path) {
		String page = this.client.get().uri(path).exchange().returnResult(String.class).getResponseBody();
		return JsonMapper.shared()
			.readTree(page)
			.path("letters")
			.valueStream()
			.map((letter) -> letter.path("id").asString())
			.toList();
	}

	@Test
	void measuresWhatIsLeftToDo() {
		get("/metrics/redis.broker.source.backlog?tag=listener:orderListeners.pay&tag=source:orders")
			.jsonPath("$.measurements[0].value")
			.isEqualTo(0);
	}

	@Test
	void livesWithoutRedisThoughItsHealthIsDown(@Autowired RedisServer redis) {
		redis.kill();
		try {
			await().untilAsserted(() -> this.client.get()
				.uri("/health")
				.exchange()
				.expectStatus()
				.isEqualTo(503)
				.expectBody()
				.jsonPath("$.components.redisBroker.status")
				.isEqualTo("DOWN"));
			get("/health/liveness").jsonPath("$.status").isEqualTo("UP");
		}
		finally {
			redis.restart();
		}
		await().untilAsserted(() -> get("/health").jsonPath("$.components.redisBroker.status").isEqualTo("UP"));
	}

	private RestTestClient.BodyContentSpec get(String path) {
		return this.client.get().uri(path).exchange().expectStatus().isOk().expectBody();
	}

	private String operate(String path, String operation) {
		return post(path, Map.of("operation", operation)).expectStatus()
			.isOk()
			.returnResult(String.class)
			.getResponseBody();
	}

	private RestTestClient.ResponseSpec post(String path, Map<String, ?> body) {
		return this.client.post().uri(path).contentType(MediaType.APPLICATION_JSON).body(body).exchange();
	}

}
