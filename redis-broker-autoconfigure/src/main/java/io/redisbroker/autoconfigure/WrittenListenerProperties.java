package io.redisbroker.autoconfigure;

import java.beans.PropertyDescriptor;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.redisbroker.autoconfigure.CommonListenerProperties.RetentionProperties;
import io.redisbroker.autoconfigure.ListenerProperties.BackoffProperties;
import io.redisbroker.autoconfigure.ListenerProperties.ExceptionProperties;
import io.redisbroker.failure.BrokerConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;
import org.springframework.util.ReflectionUtils;

/**
 * The properties of single listeners as they are written. Binding ignores unknown names;
 * below the id of a listener an unknown name is a mistake, and the start fails.
 */
final class WrittenListenerProperties {

	private static final ConfigurationPropertyName LISTENERS = ConfigurationPropertyName.of("redis-broker.listeners");

	/** Names of properties by the listener's id. */
	private final Map<String, Set<String>> names = new HashMap<>();

	WrittenListenerProperties(Environment environment) {
		// in the system's environment, dots and dashes can't be told from one another
		UnboundElementsSourceFilter exact = new UnboundElementsSourceFilter();
		ConfigurationPropertySources.get(environment).forEach((source) -> {
			if (source instanceof IterableConfigurationPropertySource names && exact.apply(source)) {
				names.stream().filter(LISTENERS::isAncestorOf).forEach(this::add);
			}
		});
	}

	private void add(ConfigurationPropertyName name) {
		int position = LISTENERS.getNumberOfElements();
		List<String> path = new ArrayList<>();
		for (int i = position + 1; i < name.getNumberOfElements() && !name.isNumericIndex(i); i++) {
			path.add(name.getElement(i, Form.ORIGINAL));
		}
		if (!path.isEmpty()) {
			this.names.merge(name.getElement(position, Form.ORIGINAL), Set.of(String.join(".", path)),
					WrittenListenerProperties::union);
		}
	}

	private static Set<String> union(Set<String> one, Set<String> other) {
		Set<String> union = new TreeSet<>(one);
		union.addAll(other);
		return union;
	}

	Set<String> listenerIds() {
		return this.names.keySet();
	}

	/**
	 * Refuses names that don't exist.
	 * @param listenerId whose names
	 * @param useful tells which to suggest
	 * @throws BrokerConfigurationException when there is one
	 */
	void refuseUnknown(String listenerId, Predicate<String> useful) {
		for (String name : this.names.getOrDefault(listenerId, Set.of())) {
			String group = known(Known.NAMES.keySet(), name.contains(".") ? name.substring(0, name.indexOf('.')) : "");
			Set<String> siblings = Objects.requireNonNull(Known.NAMES.get((group != null) ? group : ""));
			if (group == null || known(siblings, name.substring(name.indexOf('.') + 1)) == null) {
				throw new BrokerConfigurationException(
						RedisBrokerProperties.origin(listenerId) + "." + name + " does not exist",
						"Use one of " + siblings.stream().filter(useful).collect(Collectors.joining(", ")) + ".");
			}
		}
	}

	/** Tells whether listeners with an annotation have a property. */
	static boolean isKnownTo(Class<? extends Annotation> annotation, String name) {
		return Known.isKnownTo(annotation, name);
	}

	/** Tells whether a property stands for an attribute, or for the group of some. */
	static boolean isOneOf(Set<String> attributes, String name) {
		return Known.NAMES.containsKey(name) || known(attributes, name) != null;
	}

	/** Finds a name as it is to be written. */
	private static @Nullable String known(Set<String> names, String name) {
		return names.stream().filter((each) -> uniform(each).equals(uniform(name))).findFirst().orElse(null);
	}

	/** As binding compares names, but for dots. */
	private static String uniform(String name) {
		return name.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
	}

	/** Found out only where something is written. */
	private static final class Known {

		/**
		 * As they are to be written, by the group that they belong to, which is empty for
		 * those that belong to none; compared without case and dashes.
		 */
		static final Map<String, Set<String>> NAMES = Map.of("", namesOf(NamedListenerProperties.class), "backoff",
				namesOf(BackoffProperties.class), "exceptions", namesOf(ExceptionProperties.class),
				"dead-letter-retention", namesOf(RetentionProperties.class));

		/** Those of the groups are the same for all annotations. */
		static boolean isKnownTo(Class<? extends Annotation> annotation, String name) {
			if (NAMES.containsKey(name)) {
				return name.equals("dead-letter-retention")
						|| ReflectionUtils.findMethod(annotation, "maxAttempts") != null;
			}
			return !Objects.requireNonNull(NAMES.get("")).contains(name)
					|| Arrays.stream(annotation.getDeclaredMethods())
						.anyMatch((attribute) -> uniform(attribute.getName()).equals(uniform(name)));
		}

		private static Set<String> namesOf(Class<?> type) {
			return Arrays.stream(BeanUtils.getPropertyDescriptors(type))
				.map(PropertyDescriptor::getName)
				.filter((name) -> !name.equals("class"))
				.map(DataObjectPropertyName::toDashedForm)
				.collect(Collectors.toCollection(TreeSet::new));
		}

	}

}
