package io.redisbroker.test;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * The URL for Spring Boot, which takes host, port and password from it, if there is one,
 * and not from other properties. One that an application has must not win.
 */
final class SpringUrl {

	static final String PROPERTY = "spring.data.redis.url";

	private SpringUrl() {
	}

	static String of(RedisServer server) {
		String password = server.password();
		String login = (password != null)
				? ":" + URLEncoder.encode(password, StandardCharsets.UTF_8).replace("+", "%20") + "@" : "";
		return "redis://" + login + server.host() + ":" + server.port();
	}

}
