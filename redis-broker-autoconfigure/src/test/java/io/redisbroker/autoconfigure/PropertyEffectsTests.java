package io.redisbroker.autoconfigure;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every property has a test that shows its effect. Properties of listeners have the same
 * effect in each of their places, as {@link ListenerPropertyPlacesTests} shows; here they
 * count for {@code redis-broker.listener}.
 */
class PropertyEffectsTests {

	/** Spring Boot's own, which every endpoint has. */
	private static final Predicate<String> OF_SPRING_BOOT = Set.of("management.endpoint.redisbroker.access",
			"management.endpoint.redisbroker.cache.time-to-live")::contains;

	private static final Predicate<String> SAID_IN_ANOTHER_PLACE = (name) -> name
		.matches("redis-broker\\.(stream|queue|channel)\\.listener\\..*|redis-broker\\.listeners");

	@Test
	void eachHasATestThatNamesIt() throws Exception {
		Set<String> properties = new TreeSet<>(MetadataFile.ofModule(RedisBrokerProperties.class).keySet());
		properties.removeIf(OF_SPRING_BOOT.or(SAID_IN_ANOTHER_PLACE));
		assertThat(shown()).containsExactlyInAnyOrderElementsOf(properties);
	}

	private static Set<String> shown() throws IOException, URISyntaxException {
		Path classes = Path.of(PropertyEffectsTests.class.getResource(".").toURI());
		Set<String> shown = new TreeSet<>();
		try (Stream<Path> files = Files.list(classes)) {
			files.map((file) -> file.getFileName().toString())
				.filter((name) -> name.endsWith("Tests.class"))
				.map((name) -> ClassUtils.resolveClassName(
						ClassUtils.getPackageName(PropertyEffectsTests.class) + "." + name.replace(".class", ""), null))
				.flatMap((type) -> Arrays.stream(type.getDeclaredMethods()))
				.filter(PropertyEffectsTests::isRun)
				.forEach((method) -> shown.addAll(List.of(method.getAnnotation(EffectOf.class).value())));
		}
		return shown;
	}

	private static boolean isRun(AnnotatedElement method) {
		boolean named = method.isAnnotationPresent(EffectOf.class);
		if (named) {
			assertThat(AnnotatedElementUtils.hasMetaAnnotationTypes(method, Testable.class)).as(method.toString())
				.isTrue();
		}
		return named;
	}

}
