package io.redisbroker.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Map;
import java.util.TreeMap;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Configuration metadata as the annotation processor wrote it.
 */
final class MetadataFile {

	private static final String OF_PROPERTIES = "META-INF/spring-configuration-metadata.json";

	private static final String OF_TYPES = "META-INF/spring/configuration-metadata/";

	private MetadataFile() {
	}

	/** Returns the properties of the module that a class is in, by name. */
	static Map<String, JsonNode> ofModule(Class<?> type) {
		return read(type, OF_PROPERTIES);
	}

	/** Returns the properties of a type that is the value of a map, by name. */
	static Map<String, JsonNode> ofType(Class<?> type) {
		return read(type, OF_TYPES + type.getName() + ".json");
	}

	/** Beside the class, since other modules on the class path have such a file too. */
	private static Map<String, JsonNode> read(Class<?> type, String file) {
		String module = type.getProtectionDomain().getCodeSource().getLocation().toString();
		String url = module.endsWith(".jar") ? "jar:" + module + "!/" + file : module + file;
		Map<String, JsonNode> properties = new TreeMap<>();
		try (InputStream metadata = new URL(url).openStream()) {
			JsonMapper.builder()
				.build()
				.readTree(metadata)
				.path("properties")
				.forEach((property) -> properties.put(property.path("name").asString(), property));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		return properties;
	}

}
