package io.redisbroker.autoconfigure;

import java.beans.PropertyDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.redisbroker.engine.annotation.NearestName;
import io.redisbroker.failure.BrokerConfigurationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Tells which properties below {@code redis-broker} don't exist, each with the nearest
 * that does. Binding leaves them out in silence. Single listeners and streams are checked
 * where they are used.
 */
class UnknownProperties implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(UnknownProperties.class);

	private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("redis-broker");

	private static final String EMBEDDED = "embedded.";

	/** Those of redis-broker-test, with which an application need not be compiled. */
	static final List<String> OF_EMBEDDED_REDIS = List.of("embedded.enabled", "embedded.port", "embedded.redis");

	/** Checked by others, or read as system properties. */
	private static final List<String> ELSEWHERE = List.of("listeners.", "streams.", "test.", "docs.");

	private final Environment environment;

	private final boolean hasEmbeddedRedis;

	UnknownProperties(Environment environment, @Nullable ClassLoader classLoader) {
		this.environment = environment;
		this.hasEmbeddedRedis = ClassUtils.isPresent("io.redisbroker.test.autoconfigure.EmbeddedRedisAutoConfiguration",
				classLoader);
	}

	@Override
	public void afterSingletonsInstantiated() {
		Collection<String> written = written();
		if (written.isEmpty()) {
			return;
		}
		Map<String, String> known = new TreeMap<>();
		Stream.concat(names(RedisBrokerProperties.class), OF_EMBEDDED_REDIS.stream())
			.forEach((name) -> known.put(uniform(name), name));
		List<String> unknown = written.stream().filter((name) -> !known.containsKey(uniform(name))).toList();
		unknown.forEach(UnknownProperties::refuseDelaysWithoutBrackets);
		if (!unknown.isEmpty()) {
			logger.warn("These properties do not exist and have no effect:{}",
					unknown.stream()
						.map((name) -> "\n- redis-broker." + name + nearest(name, known.values()))
						.collect(Collectors.joining()));
		}
		if (!this.hasEmbeddedRedis && written.stream().anyMatch((name) -> name.startsWith(EMBEDDED))) {
			logger.warn("redis-broker.embedded.* has no effect, since redis-broker-test is not on the class path");
		}
	}

	private Collection<String> written() {
		Collection<String> written = new TreeSet<>();
		// in the system's environment, dots and dashes can't be told from one another
		UnboundElementsSourceFilter exact = new UnboundElementsSourceFilter();
		ConfigurationPropertySources.get(this.environment).forEach((source) -> {
			if (source instanceof IterableConfigurationPropertySource names && exact.apply(source)) {
				names.stream().filter(ROOT::isAncestorOf).map(UnknownProperties::path).forEach(written::add);
			}
		});
		written.removeIf((name) -> ELSEWHERE.stream().anyMatch(name::startsWith));
		return written;
	}

	/** Without the root, and without the positions of lists. */
	private static String path(ConfigurationPropertyName name) {
		List<String> path = new ArrayList<>();
		for (int i = 1; i < name.getNumberOfElements() && !name.isNumericIndex(i); i++) {
			path.add(name.getElement(i, Form.ORIGINAL));
		}
		return String.join(".", path);
	}

	private static Stream<String> names(Class<?> type) {
		return Arrays.stream(BeanUtils.getPropertyDescriptors(type))
			.filter((property) -> property.getReadMethod() != null && !property.getName().equals("class"))
			.flatMap((property) -> names(property, DataObjectPropertyName.toDashedForm(property.getName())));
	}

	private static Stream<String> names(PropertyDescriptor property, String name) {
		boolean group = property.getWriteMethod() == null && !Map.class.isAssignableFrom(property.getPropertyType());
		return group ? names(property.getPropertyType()).map((inner) -> name + "." + inner) : Stream.of(name);
	}

	/** In YAML, {@code { delays: 1s, 10s }} is a map whose second key is {@code 10s}. */
	private static void refuseDelaysWithoutBrackets(String name) {
		int last = name.lastIndexOf('.');
		if (name.startsWith("backoff.", name.lastIndexOf('.', last - 1) + 1) && isDuration(name.substring(last + 1))) {
			String delays = "redis-broker." + name.substring(0, last) + ".delays";
			throw new BrokerConfigurationException(
					delays + " is not a list: '" + name.substring(last + 1) + "' stands beside it, not in it",
					"In YAML put the pauses in brackets: delays: [ 1s, 10s, 1m ].");
		}
	}

	private static boolean isDuration(String text) {
		try {
			return DurationStyle.detectAndParse(text).compareTo(Duration.ZERO) >= 0;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private static String nearest(String name, Collection<String> known) {
		String nearest = NearestName.of(name, known);
		return (nearest != null) ? ": did you mean redis-broker." + nearest + "?" : "";
	}

	/** As binding compares names. */
	private static String uniform(String name) {
		return name.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
	}

}
