package io.redisbroker.autoconfigure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.stream.StreamRetention;

import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;

/**
 * The retentions of single streams: properties below {@code redis-broker.streams} over
 * beans. Binding ignores unknown names, and characters that a name may only have in
 * brackets; here both fail the start.
 */
final class PropertiesStreamRetentions {

	private static final String STREAMS = "redis-broker.streams.";

	private static final Pattern WRITTEN = Pattern.compile("redis-?broker\\.streams\\.?(\\[[^]]*]|[^.\\[]*)(.*)");

	private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_-]+");

	private static final Set<String> KNOWN = Set.of("retention.maxlength", "retention.maxage", "retention.acknowledged",
			"retention.idlegroupafter", "retention.connectionfactory");

	private PropertiesStreamRetentions() {
	}

	/**
	 * Combines properties with beans.
	 * @param bound the streams of the properties, by name
	 * @param beans the retentions that the application defines in code
	 * @param environment where the properties are written
	 * @return the retentions, whose streams are names without the prefix of all keys
	 * @throws BrokerConfigurationException when a property does not exist or its value
	 * makes no sense
	 */
	static List<StreamRetention> of(Map<String, NamedStreamProperties> bound, Stream<StreamRetention> beans,
			Environment environment) {
		// in the system's environment, dots and dashes can't be told from one another
		UnboundElementsSourceFilter exact = new UnboundElementsSourceFilter();
		ConfigurationPropertySources.get(environment).forEach((source) -> {
			if (source.getUnderlyingSource() instanceof EnumerablePropertySource<?> names && exact.apply(source)) {
				Arrays.stream(names.getPropertyNames()).forEach(PropertiesStreamRetentions::check);
			}
		});
		List<StreamRetention> retentions = new ArrayList<>(
				beans.map((bean) -> bound.containsKey(bean.stream()) ? apply(bound.get(bean.stream()), bean) : bean)
					.toList());
		bound.forEach((stream, properties) -> {
			if (retentions.stream().noneMatch((retention) -> retention.stream().equals(stream))) {
				retentions.add(apply(properties, StreamRetention.of(stream)));
			}
		});
		return retentions;
	}

	private static StreamRetention apply(NamedStreamProperties properties, StreamRetention retention) {
		try {
			return properties.getRetention().applyTo(retention);
		}
		catch (IllegalArgumentException ex) {
			String name = STREAMS + (PLAIN_NAME.matcher(retention.stream()).matches() ? retention.stream()
					: "[" + retention.stream() + "]") + ".retention";
			throw new BrokerConfigurationException(name + ": " + ex.getMessage(),
					"Change " + name + ".*, or leave it out to keep all entries.");
		}
	}

	private static void check(String property) {
		Matcher written = WRITTEN.matcher(property);
		if (!written.matches()) {
			return;
		}
		String stream = written.group(1);
		String rest = written.group(2).replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
		boolean named = stream.startsWith("[") || PLAIN_NAME.matcher(stream).matches();
		if (!named || !rest.startsWith(".") || !KNOWN.contains(rest.substring(1))) {
			throw new BrokerConfigurationException(property + " does not exist",
					"Write redis-broker.streams.<stream>.retention with .max-length, .max-age, .acknowledged, "
							+ ".idle-group-after or .connection-factory. The name of a stream stands in brackets, in YAML also in quotes, if it has "
							+ "other characters than letters, digits, '-' and '_': redis-broker.streams.[orders.eu].retention.");
		}
	}

}
