package io.redisbroker.sample;

import java.util.Map;

import io.redisbroker.test.RedisServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What those who run the sample can see of it, and do with it, over HTTP.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "management.endpoints.web.exposure.include=health,metrics,redisbroker",
				"management.endpoint.health.probes.enabled=true", "redis-broker.health.down-after=300ms",
				"redis-broker.metrics.interval=10ms", "spring.data.redis.timeout=2s" })
class OperationsIntegrationTests {

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
			.jsonPath("$.listeners['orderListeners.pay'].sources.orders.consumers[0].pending")
			.isEqualTo(0));
		get("/redisbroker/orderListeners.pay").jsonPath("$.settings.maxDeliveries").isEqualTo(3);
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
		post("/redisbroker/nobody", "pause").expectStatus().isBadRequest();
		post("/redisbroker/orderListeners.pay", "explode").expectStatus().isBadRequest();
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
		return post(path, operation).expectStatus().isOk().returnResult(String.class).getResponseBody();
	}

	private RestTestClient.ResponseSpec post(String path, String operation) {
		return this.client.post()
			.uri(path)
			.contentType(MediaType.APPLICATION_JSON)
			.body(Map.of("operation", operation))
			.exchange();
	}

}
