package io.redisbroker.autoconfigure;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;

import io.redisbroker.test.RedisServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A web application with listeners and an exposed endpoint, as a user runs it.
 */
final class HttpApplication implements AutoCloseable {

	private static final String BASE = "/actuator/redisbroker";

	private final HttpClient client = HttpClient.newHttpClient();

	private final ConfigurableApplicationContext context;

	private HttpApplication(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static HttpApplication start(RedisServer redis, List<Class<?>> beans, String... properties) {
		List<Class<?>> sources = new ArrayList<>(beans);
		sources.add(Configuration.class);
		List<String> arguments = new ArrayList<>(List.of(TestApplication.pairs(redis.springProperties())));
		arguments.addAll(List.of("server.port=0", "redis-broker.preflight=off", "redis-broker.listener.max-attempts=1",
				"management.endpoints.web.exposure.include=redisbroker", "spring.main.banner-mode=off"));
		arguments.addAll(List.of(properties));
		return new HttpApplication(SpringApplication.run(sources.toArray(Class<?>[]::new),
				arguments.stream().map((each) -> "--" + each).toArray(String[]::new)));
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	/** Gets a path below the endpoint, for example {@code /billing}. */
	Response get(String path) {
		return send("GET", path, null);
	}

	Response get(String path, String user) {
		return send(HttpRequest.newBuilder(uri(path)).header("user", user).GET());
	}

	Response post(String path, String json) {
		return send("POST", path, json);
	}

	Response delete(String path) {
		return send("DELETE", path, null);
	}

	private Response send(String method, String path, String json) {
		return send(HttpRequest.newBuilder(uri(path))
			.header("Content-Type", "application/json")
			.method(method, (json != null) ? BodyPublishers.ofString(json) : BodyPublishers.noBody()));
	}

	private URI uri(String path) {
		return URI
			.create("http://localhost:" + this.context.getEnvironment().getProperty("local.server.port") + BASE + path);
	}

	private Response send(HttpRequest.Builder request) {
		try {
			var response = this.client.send(request.build(), BodyHandlers.ofString());
			String body = response.body();
			return new Response(response.statusCode(), JsonMapper.shared().readTree(body.isEmpty() ? "{}" : body));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * A response.
	 *
	 * @param status the status
	 * @param body the body, an empty object for none
	 */
	record Response(int status, JsonNode body) {

		String error() {
			return this.body.path("error").asString("");
		}

		/** The first dead letter of a page. */
		JsonNode letter() {
			return this.body.path("letters").path(0);
		}

	}

	@EnableAutoConfiguration
	static class Configuration {

	}

}
