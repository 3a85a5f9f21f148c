package io.redisbroker.autoconfigure;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.redisbroker.admin.ConsumerState;
import io.redisbroker.admin.GroupState;
import io.redisbroker.admin.PendingEntry;
import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.core.env.MapPropertySource;
import org.springframework.javapoet.ClassName;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application is processed ahead of time: everything that is called or written by
 * reflection is known to a native image.
 */
class AheadOfTimeTests {

	private static final RuntimeHints HINTS = new RuntimeHints();

	/** Records that are passed to methods and never written. */
	private static final Set<Class<?>> PARAMETERS = Set.of(EndpointSanitizer.Value.class,
			EndpointInside.Question.class);

	@BeforeAll
	static void process() {
		DefaultGenerationContext generation = new DefaultGenerationContext(
				new ClassNameGenerator(ClassName.get("io.redisbroker.autoconfigure", "Generated")),
				new InMemoryGeneratedFiles(), HINTS);
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("test", Map.of("management.endpoints.web.exposure.include",
						"redisbroker", "management.endpoints.jmx.exposure.include", "redisbroker")));
			context.register(DataRedisAutoConfiguration.class, JacksonAutoConfiguration.class,
					LifecycleAutoConfiguration.class, RedisBrokerAutoConfiguration.class,
					RedisBrokerEventsAutoConfiguration.class, RedisBrokerEndpointAutoConfiguration.class,
					Listeners.class);
			new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		}
	}

	@ParameterizedTest
	@MethodSource
	void theEndpointCanBeCalled(Method operation) {
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(operation)).accepts(HINTS);
	}

	static Stream<Method> theEndpointCanBeCalled() {
		return Stream.of(RedisBrokerEndpoint.class, RedisBrokerEndpointWebExtension.class)
			.flatMap((type) -> Arrays.stream(type.getDeclaredMethods()))
			.filter((method) -> Stream.of(ReadOperation.class, WriteOperation.class, DeleteOperation.class)
				.anyMatch(method::isAnnotationPresent));
	}

	@ParameterizedTest
	@MethodSource
	void whatTheEndpointReturnsCanBeWritten(Class<?> type) {
		assertThat(Arrays.stream(type.getRecordComponents()).map(RecordComponent::getAccessor))
			.allSatisfy((accessor) -> assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(accessor))
				.accepts(HINTS));
	}

	/** Operations that return one of several records are declared with {@code Object}. */
	static List<Class<?>> whatTheEndpointReturnsCanBeWritten() throws Exception {
		Path classes = Path.of(RedisBrokerEndpoint.class.getProtectionDomain().getCodeSource().getLocation().toURI())
			.resolve(ClassUtils.classPackageAsResourcePath(RedisBrokerEndpoint.class));
		try (Stream<Path> files = Files.list(classes)) {
			Stream<Class<?>> beside = files.map((file) -> file.getFileName().toString())
				.filter((file) -> file.matches("(RedisBroker)?Endpoint\\w*\\$\\w+\\.class"))
				.<Class<?>>map((file) -> ClassUtils.resolveClassName(
						ClassUtils.getPackageName(RedisBrokerEndpoint.class) + "." + file.replace(".class", ""), null))
				.filter((type) -> type.isRecord() && !PARAMETERS.contains(type));
			return Stream.concat(beside, Stream.of(PendingEntry.class, GroupState.class, ConsumerState.class)).toList();
		}
	}

	@ParameterizedTest
	@MethodSource
	void listenersCanBeCalled(Method listener) {
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(listener)).accepts(HINTS);
	}

	static Stream<Method> listenersCanBeCalled() {
		return Arrays.stream(Listeners.class.getDeclaredMethods());
	}

	@Test
	void payloadsCanBeRead() {
		assertThat(Stream.of(Order.class, Item.class, Price.class)).allSatisfy((type) -> assertThat(
				RuntimeHintsPredicates.reflection().onConstructorInvocation(type.getDeclaredConstructors()[0]))
			.accepts(HINTS));
	}

	record Order(List<Item> items) {
	}

	record Item(String name) {
	}

	record Price(long cents) {
	}

	static class Listeners {

		@QueueListener("orders")
		void one(Order order) {
		}

		@StreamListener(streams = "orders", group = "billing")
		void batch(List<Order> orders) {
		}

		@ChannelListener("prices")
		void published(Price price) {
		}

	}

}
