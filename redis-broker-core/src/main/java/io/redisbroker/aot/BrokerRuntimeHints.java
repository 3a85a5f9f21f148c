package io.redisbroker.aot;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

/**
 * Tells ahead-of-time processing what the runtime finds by name: scripts, and the
 * connection factory's configuration. Listener methods and their payloads need no
 * telling: the listener annotations are {@code @MessageMapping}s, which are
 * {@code @Reflective}.
 */
class BrokerRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.resources().registerPattern("io/redisbroker/**/*.lua");
		hints.reflection()
			.registerType(
					TypeReference.of("org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory"),
					MemberCategory.ACCESS_DECLARED_FIELDS);
	}

}
