package io.redisbroker.sample;

import java.util.List;

import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Traces an order through the sample with Spring Boot's OpenTelemetry.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "management.tracing.sampling.probability=1.0")
class TraceIntegrationTests {

	private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

	private static final InMemorySpanExporter EXPORTER = InMemorySpanExporter.create();

	@Test
	void isOneFromTheRequestToTheLastListener(@LocalServerPort int port) {
		RestTestClient.bindToServer()
			.baseUrl("http://localhost:" + port)
			.build()
			.post()
			.uri("/orders")
			.header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01")
			.contentType(MediaType.APPLICATION_JSON)
			.body("{\"customer\":\"Ada\",\"amount\":12.5}")
			.exchange()
			.expectStatus()
			.isCreated();
		await().untilAsserted(() -> assertThat(spans()).extracting(TraceIntegrationTests::way)
			.contains("http post /orders",
					"http post /orders > orders send > orders receive > parcels send > parcels receive"));
	}

	private static List<SpanData> spans() {
		return EXPORTER.getFinishedSpanItems().stream().filter((span) -> span.getTraceId().equals(TRACE)).toList();
	}

	private static String way(SpanData span) {
		return spans().stream()
			.filter((each) -> each.getSpanId().equals(span.getParentSpanId()))
			.findFirst()
			.map((parent) -> way(parent) + " > " + span.getName())
			.orElse(span.getName());
	}

	@TestConfiguration
	static class Tracing {

		@Bean
		SpanProcessor keepingSpanProcessor() {
			return SimpleSpanProcessor.create(EXPORTER);
		}

	}

}
