package io.redisbroker.aot;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

/**
 * Registers hints for the parts that the runtime finds by name: scripts, and fields of
 * the connection factory and of the driver's clients. Listener methods and their payloads
 * need no hints: the listener annotations are {@code @MessageMapping}s, which are
 * {@code @Reflective}.
 */
class BrokerRuntimeHints implements RuntimeHintsRegistrar {

	/** They have no accessors for the addresses of Redis. */
	private static final List<String> READ_BY_FIELD = List.of(
			"org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory", "io.lettuce.core.RedisClient",
			"io.lettuce.core.cluster.RedisClusterClient");

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.resources().registerPattern("io/redisbroker/**/*.lua");
		READ_BY_FIELD.forEach((type) -> hints.reflection()
			.registerType(TypeReference.of(type), MemberCategory.ACCESS_DECLARED_FIELDS));
	}

}
