package io.redisbroker.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.redisbroker.test.autoconfigure.EmbeddedRedisProperties;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The reference of all properties, which is written from the metadata that editors read.
 */
class PropertyReferenceTests {

	private static final Path REFERENCE = Path.of("..", "docs", "properties.md");

	private static final String ONE_LISTENER = "redis-broker.listeners";

	private static final String ONE_STREAM = "redis-broker.streams";

	@Test
	void theReferenceIsCurrent() throws IOException {
		String current = reference();
		if (Boolean.getBoolean("redis-broker.docs.write")) {
			Files.writeString(REFERENCE, current);
		}
		assertThat(Files.readString(REFERENCE))
			.as("docs/properties.md, written anew by "
					+ "./mvnw -pl redis-broker-autoconfigure -am test -Dtest=PropertyReferenceTests "
					+ "-Dsurefire.failIfNoSpecifiedTests=false -Dredis-broker.docs.write=true")
			.isEqualTo(current);
	}

	private static String reference() {
		Map<String, JsonNode> properties = new TreeMap<>(MetadataFile.ofModule(RedisBrokerProperties.class));
		properties.putAll(MetadataFile.ofModule(EmbeddedRedisProperties.class));
		properties.remove(ONE_LISTENER);
		MetadataFile.ofType(NamedListenerProperties.class)
			.forEach((name, property) -> properties.put(ONE_LISTENER + ".<id>." + name, property));
		properties.remove(ONE_STREAM);
		MetadataFile.ofType(NamedStreamProperties.class)
			.forEach((name, property) -> properties.put(ONE_STREAM + ".<name>." + name, property));
		Map<String, StringBuilder> sections = new TreeMap<>();
		properties.forEach((name, property) -> sections
			.computeIfAbsent(section(name),
					(section) -> new StringBuilder("\n## `" + section + ".*`\n\n")
						.append("| property | type | default | meaning |\n|---|---|---|---|\n"))
			.append(row(name.substring(section(name).length() + 1), property)));
		return """
				# Properties

				Written from the configuration metadata by `PropertyReferenceTests`; not to be changed by hand. Which place counts where several
				say something about a listener: [Configuration](configuration.md#one-listener-one-transport). Durations are written as Spring Boot
				reads them: `500ms`, `30s`, `PT1M`.
				"""
				+ String.join("", sections.values());
	}

	/** The section of a property: its longest prefix that is a group of properties. */
	private static String section(String name) {
		String parent = name.substring(0, name.lastIndexOf('.'));
		return parent.matches(".*\\.(backoff|exceptions|dead-letter-retention)")
				? parent.substring(0, parent.lastIndexOf('.')) : parent;
	}

	private static String row(String name, JsonNode property) {
		return "| `%s` | %s | %s | %s |\n".formatted(name, type(property.path("type").asString()),
				defaultValue(property), property.path("description").asString().replace("|", "\\|"));
	}

	private static String defaultValue(JsonNode property) {
		String value = property.path("defaultValue").asString("");
		return value.isEmpty() ? "" : "`" + value + "`";
	}

	private static String type(String type) {
		return switch (type) {
			case "java.lang.String" -> "text";
			case "java.lang.Boolean" -> "`true`, `false`";
			case "java.lang.Integer", "java.lang.Long" -> "whole number";
			case "java.lang.Double" -> "number";
			case "java.time.Duration" -> "duration";
			case "java.util.List<java.lang.String>", "java.util.Set<java.lang.String>" -> "list of texts";
			case "java.util.List<java.time.Duration>" -> "list of durations";
			case "java.util.List<java.lang.Class<? extends java.lang.Throwable>>" -> "list of classes";
			default -> constants(ClassUtils.resolveClassName(type, null));
		};
	}

	private static String constants(Class<?> type) {
		assertThat(type.isEnum()).as("The reference can name the type " + type).isTrue();
		return Arrays.stream(type.getEnumConstants())
			.map((constant) -> "`" + constant.toString().toLowerCase(Locale.ROOT).replace('_', '-') + "`")
			.collect(Collectors.joining(", "));
	}

}
