package io.redisbroker.sample;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.redisbroker.sample.OrderStatus.Step;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Starts the packaged sample with the result of ahead-of-time processing.
 */
class AheadOfTimeIntegrationTests {

	private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

	@TempDir
	private Path directory;

	private Process process;

	@Test
	void listenersHandleMessages() throws IOException {
		start();
		RestTestClient client = RestTestClient.bindToServer().baseUrl("http://localhost:" + awaitPort()).build();
		assertThat(log()).contains("Starting AOT-processed SampleApplication");
		URI order = client.post()
			.uri("/orders")
			.contentType(MediaType.APPLICATION_JSON)
			.body("{\"customer\":\"Ada\",\"amount\":12.5}")
			.exchange()
			.expectStatus()
			.isCreated()
			.returnResult(OrderStatus.class)
			.getResponseHeaders()
			.getLocation();
		await().untilAsserted(() -> assertThat(
				client.get().uri(order).exchange().returnResult(OrderStatus.class).getResponseBody().groups())
			.containsEntry("payment", new Step("paid", 1, null))
			.containsEntry("notification", new Step("sent to Ada", 1, null)));
		client.get()
			.uri("/actuator/health")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.components.redisBroker.details.listeners['orderListeners.pay'].state")
			.isEqualTo("listening");
	}

	private void start() throws IOException {
		Path jar;
		try (Stream<Path> files = Files.list(Path.of("target"))) {
			jar = files.filter((file) -> file.getFileName().toString().matches("sample-app-.*\\.jar"))
				.findFirst()
				.orElseThrow();
		}
		this.process = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Dspring.aot.enabled=true", "-jar", jar.toAbsolutePath().toString(), "--server.port=0"))
			.directory(this.directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(this.directory.resolve("log").toFile())
			.start();
	}

	private int awaitPort() {
		return await().atMost(Duration.ofMinutes(1)).until(() -> {
			assertThat(this.process.isAlive()).as(log()).isTrue();
			Matcher port = PORT.matcher(log());
			return port.find() ? Integer.parseInt(port.group(1)) : 0;
		}, (port) -> port > 0);
	}

	private String log() throws IOException {
		return Files.readString(this.directory.resolve("log"));
	}

	@AfterEach
	void end() {
		if (this.process != null) {
			this.process.destroy();
			this.process.onExit().join();
		}
	}

}
