package io.redisbroker.sample;

import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.stream.Stream;

import io.lettuce.core.Range;
import io.redisbroker.sample.OrderStatus.Step;
import io.redisbroker.test.RedisServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Runs the scenario of the sample on the embedded Redis.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class SampleApplicationIntegrationTests {

	private RestTestClient client;

	@BeforeEach
	void createClient(@LocalServerPort int port) {
		this.client = RestTestClient.bindToServer().baseUrl("http://localhost:" + port).build();
	}

	@Test
	void paysConfirmsAndPacksAnOrder() {
		URI order = place("{\"customer\":\"Ada\",\"amount\":12.5}");
		await()
			.untilAsserted(() -> assertThat(status(order).groups()).containsEntry("payment", new Step("paid", 1, null))
				.containsEntry("notification", new Step("sent to Ada", 1, null))
				.containsEntry("warehouse", new Step("packed", 1, null)));
		assertThat(status(order).order()).isEqualTo(new Order("Ada", new BigDecimal("12.5")));
	}

	@Test
	void movesAnOrderThatPaymentRefusesToTheDeadLetters(@Autowired RedisServer redis) {
		URI order = place("{\"customer\":\"Bob\",\"amount\":2000}");
		await().untilAsserted(() -> assertThat(status(order).groups())
			.containsEntry("payment",
					new Step("in the dead letters", 3, "DELIVERIES_EXHAUSTED: The amount is above 1000"))
			.containsEntry("notification", new Step("sent to Bob", 1, null)));
		assertThat(redis.commands().xrange("{orders}:dlq", Range.unbounded())).singleElement()
			.satisfies((letter) -> assertThat(letter.getBody()).containsEntry("dead-letter-id", status(order).id()));
	}

	@Test
	@Timeout(60)
	void showsStepsToWhoeverLooksOn(@LocalServerPort int port) throws Exception {
		HttpRequest watch = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/orders/live")).build();
		try (Stream<String> seen = HttpClient.newHttpClient().send(watch, BodyHandlers.ofLines()).body()) {
			Iterator<String> lines = seen.iterator();
			assertThat(lines.next()).isEqualTo(":watching");
			String order = place("{\"customer\":\"Ada\",\"amount\":12.5}").getPath().substring("/orders/".length());
			Set<String> expected = new HashSet<>(
					Set.of("data:" + order + " payment: paid", "data:" + order + " notification: sent to Ada"));
			while (!expected.isEmpty()) {
				expected.remove(lines.next());
			}
		}
	}

	@Test
	void takesNoOrderThatIsNotValid() {
		post("{\"customer\":\"\",\"amount\":12.5}").expectStatus().isBadRequest();
		post("{\"customer\":\"Ada\",\"amount\":-1}").expectStatus().isBadRequest();
		post("{\"customer\":\"Ada\"}").expectStatus().isBadRequest();
	}

	@Test
	void knowsOnlyOrdersThatWerePlaced() {
		this.client.get().uri("/orders/1-1").exchange().expectStatus().isNotFound();
	}

	@Test
	void saysWhereToLook(@LocalServerPort int port, @Autowired RedisServer redis) {
		String guide = this.client.get()
			.uri("/")
			.exchange()
			.expectStatus()
			.isOk()
			.returnResult(String.class)
			.getResponseBody();
		assertThat(guide).contains("http://localhost:" + port + "/orders", "redis-cli -h 127.0.0.1 -p " + redis.port());
	}

	@Test
	void tellsThatItsListenersAreHealthy() {
		this.client.get()
			.uri("/actuator/health")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.components.redisBroker.details.listeners['orderListeners.pay'].state")
			.isEqualTo("listening");
	}

	@Test
	void letsNobodyOperateItsListenersUnlessThatIsExposed() {
		this.client.get().uri("/actuator/redisbroker").exchange().expectStatus().isNotFound();
	}

	@Test
	void usesTheRedisThatIsNamed() {
		try (RedisServer other = RedisServer.start();
				ConfigurableApplicationContext application = SpringApplication.run(SampleApplication.class,
						"--server.port=0", "--spring.data.redis.url=redis://127.0.0.1:" + other.port())) {
			assertThat(application.getBeanProvider(RedisServer.class).stream()).isEmpty();
			assertThat(application.getBean(Guide.class).text()).contains("-p " + other.port());
			assertThat(other.commands().xinfoGroups("orders")).hasSize(2);
		}
	}

	@Test
	void staysAliveWhileItsListenersAreWithoutRedis() {
		try (RedisServer other = RedisServer.start();
				ConfigurableApplicationContext application = SpringApplication.run(SampleApplication.class,
						"--server.port=0", "--spring.data.redis.url=redis://127.0.0.1:" + other.port(),
						"--redis-broker.health.down-after=100ms")) {
			RestTestClient client = RestTestClient.bindToServer()
				.baseUrl("http://localhost:" + application.getEnvironment().getProperty("local.server.port"))
				.build();
			other.stop();
			await().untilAsserted(() -> client.get()
				.uri("/actuator/health")
				.exchange()
				.expectStatus()
				.isEqualTo(HttpStatus.SERVICE_UNAVAILABLE)
				.expectBody()
				.jsonPath("$.components.redisBroker.status")
				.isEqualTo("DOWN"));
			client.get().uri("/actuator/health/liveness").exchange().expectStatus().isOk();
		}
	}

	private URI place(String order) {
		EntityExchangeResult<OrderStatus> result = post(order).expectStatus()
			.isCreated()
			.returnResult(OrderStatus.class);
		URI location = result.getResponseHeaders().getLocation();
		assertThat(location).hasToString("/orders/" + result.getResponseBody().id());
		return location;
	}

	private RestTestClient.ResponseSpec post(String order) {
		return this.client.post().uri("/orders").contentType(MediaType.APPLICATION_JSON).body(order).exchange();
	}

	private OrderStatus status(URI order) {
		return this.client.get().uri(order).exchange().returnResult(OrderStatus.class).getResponseBody();
	}

}
