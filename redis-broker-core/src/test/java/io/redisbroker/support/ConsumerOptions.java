package io.redisbroker.support;

import io.redisbroker.listener.ListenerSettings;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a consumer in a JVM of its own is to do, as it travels on the command line.
 *
 * @param transport what it listens with
 * @param port where Redis is
 * @param source what it listens to
 * @param instance its name, unique in a test
 * @param settings how it listens
 * @param batch whether its listener takes lists
 */
public record ConsumerOptions(TestedTransport transport, int port, String source, String instance,
		ListenerSettings settings, boolean batch) {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	String format() {
		return MAPPER.writeValueAsString(this);
	}

	static ConsumerOptions parse(String text) {
		return MAPPER.readValue(text, ConsumerOptions.class);
	}

}
