package io.redisbroker.aot;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.client.RedisConnections;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.annotation.ReflectiveRuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BrokerRuntimeHints}, found as ahead-of-time processing finds it.
 */
class BrokerRuntimeHintsTests {

	private final RuntimeHints hints = new RuntimeHints();

	@BeforeEach
	void registerHints() {
		SpringFactoriesLoader.forResourceLocation("META-INF/spring/aot.factories")
			.load(RuntimeHintsRegistrar.class)
			.stream()
			.filter((registrar) -> registrar.getClass().getName().startsWith("io.redisbroker."))
			.forEach((registrar) -> registrar.registerHints(this.hints, getClass().getClassLoader()));
	}

	@ParameterizedTest
	@MethodSource
	void scriptsCanBeLoaded(String script) {
		assertThat(RuntimeHintsPredicates.resource().forResource(script)).accepts(this.hints);
	}

	static List<String> scriptsCanBeLoaded() throws Exception {
		Path classes = Path.of(RedisConnections.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		try (Stream<Path> files = Files.walk(classes)) {
			return files.filter((file) -> file.toString().endsWith(".lua"))
				.map((file) -> classes.relativize(file).toString())
				.toList();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** The names of the fields are those that the driver has now. */
	@ParameterizedTest
	@MethodSource
	void whereRedisIsCanBeRead(Class<?> type, String field) {
		assertThat(ReflectionUtils.findField(type, field)).isNotNull();
		assertThat(RuntimeHintsPredicates.reflection()
			.onType(type)
			.withMemberCategory(MemberCategory.ACCESS_DECLARED_FIELDS)).accepts(this.hints);
	}

	static Stream<Arguments> whereRedisIsCanBeRead() {
		return Stream.of(Arguments.of(LettuceConnectionFactory.class, "configuration"),
				Arguments.of(RedisClient.class, "redisURI"), Arguments.of(RedisClusterClient.class, "initialUris"));
	}

	@ParameterizedTest
	@MethodSource
	void listenerMethodsCanBeCalledWithTheirPayloads(String name, Class<?> payload) {
		new ReflectiveRuntimeHintsRegistrar().registerRuntimeHints(this.hints, Listeners.class);
		Method method = Stream.of(ReflectionUtils.getDeclaredMethods(Listeners.class))
			.filter((each) -> each.getName().equals(name))
			.findFirst()
			.orElseThrow();
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(method)).accepts(this.hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(payload)).accepts(this.hints);
		assertThat(RuntimeHintsPredicates.reflection()
			.onType(payload)
			.withMemberCategory(MemberCategory.INVOKE_DECLARED_CONSTRUCTORS)).accepts(this.hints);
	}

	static Stream<Arguments> listenerMethodsCanBeCalledWithTheirPayloads() {
		return Stream.of(Arguments.of("one", Order.class), Arguments.of("two", Job.class),
				Arguments.of("batch", Return.class));
	}

	record Order(String customer) {
	}

	record Job(String name) {
	}

	record Return(String reason) {
	}

	static class Listeners {

		@StreamListener(streams = "orders", group = "billing")
		void one(Order order) {
		}

		@QueueListener("orders")
		void two(@Payload Job job) {
		}

		@StreamListener(streams = "orders", group = "billing")
		@StreamListener(streams = "returns", group = "billing")
		void batch(List<Return> returns) {
		}

	}

}
