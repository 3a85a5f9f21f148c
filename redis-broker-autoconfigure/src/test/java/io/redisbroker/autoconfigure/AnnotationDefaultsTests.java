package io.redisbroker.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.queue.QueueEndpoint;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.convert.DurationStyle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The defaults in the Javadoc of the annotations are those of the properties, which
 * {@link ConfigurationMetadataTests} compares with the runtime and
 * {@link PropertyReferenceTests} with the documentation.
 */
class AnnotationDefaultsTests {

	private static final Path CORE = Path.of("..", "redis-broker-core", "src", "main", "java");

	/** The Javadoc and the name of an attribute that is empty by default. */
	private static final Pattern ATTRIBUTE = Pattern.compile(
			"/\\*\\*((?:(?!\\*/).)*)\\*/\\s*(?:@AliasFor\\(\"\\w+\"\\)\\s*)?String (\\w+)\\(\\) default \"\";",
			Pattern.DOTALL);

	private static final Pattern DEFAULT = Pattern.compile("by default (?:\\{@code )?(\\w+)");

	@ParameterizedTest
	@ValueSource(classes = { StreamListener.class, QueueListener.class, ChannelListener.class })
	void areThoseOfTheProperties(Class<?> annotation) throws IOException {
		Map<String, String> expected = new TreeMap<>();
		Map<String, String> told = new TreeMap<>();
		Map<String, JsonNode> properties = MetadataFile.ofModule(RedisBrokerProperties.class);
		Matcher attribute = ATTRIBUTE
			.matcher(Files.readString(CORE.resolve(annotation.getName().replace('.', '/') + ".java")));
		while (attribute.find()) {
			String name = attribute.group(2);
			JsonNode property = properties.get("redis-broker.listener." + property(name));
			if (property != null && property.has("defaultValue")) {
				expected.put(name, property.path("defaultValue").asString());
			}
			Matcher value = DEFAULT.matcher(attribute.group(1));
			if (value.find()) {
				told.put(name, value.group(1));
			}
			else if (attribute.group(1).contains("Alias for")) {
				expected.remove(name);
			}
		}
		if (annotation == ChannelListener.class) {
			expected.put("bufferSize", String.valueOf(ChannelEndpoint.BUFFER_SIZE));
		}
		if (annotation == QueueListener.class) {
			expected.put("pause", DurationStyle.SIMPLE.print(QueueEndpoint.DEFAULT_PAUSE).replace("1000ms", "1s"));
		}
		assertThat(told).isEqualTo(expected).containsEntry("batchSize", "250");
	}

	private static String property(String attribute) {
		return attribute.equals("lease") ? "reclaim-delay" : DataObjectPropertyName.toDashedForm(attribute);
	}

}
