package io.redisbroker.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/**
 * What editors show of the properties.
 */
class ConfigurationMetadataTests {

	private final Map<String, JsonNode> properties = readProperties();

	@Test
	void everyPropertyHasADescriptionThatIsASentence() {
		assertThat(this.properties).isNotEmpty().allSatisfy((name, property) -> {
			String description = property.path("description").asString("");
			assertThat(description).as(name).matches("(?s)[A-Z].*\\.").doesNotStartWith("The ");
		});
	}

	@Test
	void everyPropertyHasItsDefault() {
		Map<String, String> defaults = new HashMap<>();
		this.properties.forEach((name, property) -> defaults.put(name, property.path("defaultValue").asString("none")));
		assertThat(defaults).containsOnly(entry("redis-broker.key-prefix", ""),
				entry("redis-broker.listener.concurrency", "1"), entry("redis-broker.listener.batch-size", "100"),
				entry("redis-broker.listener.reclaim-delay", "1m"), entry("redis-broker.listener.max-deliveries", "5"),
				entry("redis-broker.listener.auto-startup", "true"),
				entry("redis-broker.listener.backoff.initial", "1s"),
				entry("redis-broker.listener.backoff.multiplier", "2"),
				entry("redis-broker.listener.backoff.max", "1m"), entry("redis-broker.listener.backoff.jitter", "0.1"));
	}

	/** Beside the class, since other modules on the class path have such a file too. */
	private static Map<String, JsonNode> readProperties() {
		String ours = RedisBrokerProperties.class.getProtectionDomain().getCodeSource().getLocation().toString();
		Map<String, JsonNode> properties = new HashMap<>();
		try (InputStream metadata = new URL(ours + "META-INF/spring-configuration-metadata.json").openStream()) {
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
