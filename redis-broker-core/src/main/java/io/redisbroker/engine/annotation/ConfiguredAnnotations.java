package io.redisbroker.engine.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.redisbroker.failure.BrokerConfigurationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.AliasFor;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Replaces attributes of a listener annotation by configured values. Works on any
 * listener annotation, so that each attribute can be configured.
 */
final class ConfiguredAnnotations {

	private static final Logger logger = LoggerFactory.getLogger(ListenerAnnotationBeanPostProcessor.class);

	private final ListenerOverrides overrides;

	ConfiguredAnnotations(ListenerOverrides overrides) {
		this.overrides = overrides;
	}

	/** Returns the annotation as it is configured. */
	<A extends Annotation> A configure(A annotation, String listenerId) {
		Map<String, Object> configured = this.overrides.attributes(listenerId, annotation.annotationType());
		if (configured.isEmpty()) {
			return annotation;
		}
		@SuppressWarnings("unchecked") // an annotation's type is a type of annotation
		Class<A> type = (Class<A>) annotation.annotationType();
		Map<String, Object> attributes = AnnotationUtils.getAnnotationAttributes(annotation);
		configured.forEach((name, value) -> {
			Method attribute = ReflectionUtils.findMethod(type, name);
			if (attribute == null) {
				throw new BrokerConfigurationException(
						this.overrides.origin(listenerId) + ": A @" + type.getSimpleName() + " has no '" + name + "'",
						"Remove it, or use one of " + names(type) + ".");
			}
			attributes.put(name, value);
			AliasFor alias = AnnotationUtils.getAnnotation(attribute, AliasFor.class);
			if (alias != null) {
				attributes.put(alias.attribute(), value);
			}
		});
		return AnnotationUtils.synthesizeAnnotation(attributes, type, null);
	}

	/** As properties are written. */
	private static String names(Class<? extends Annotation> type) {
		return Arrays.stream(type.getDeclaredMethods())
			.map(Method::getName)
			.filter((name) -> !name.equals("value") && !name.equals("id"))
			.map((name) -> name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT))
			.sorted()
			.collect(Collectors.joining(", "));
	}

	/** Adds to a failure where the listener is described. */
	BrokerConfigurationException locate(BrokerConfigurationException failure, String annotated, String listenerId) {
		String origin = this.overrides.origin(listenerId);
		boolean told = !this.overrides.listenerIds().contains(listenerId) || failure.problem().contains(origin);
		return failure.in(told ? annotated : annotated + ", changed by " + origin);
	}

	/**
	 * Reports configuration of listeners that do not exist: a typo, or a listener that is
	 * absent in this application, because of a profile for example.
	 * @param known the ids of the listeners that there are, or will be
	 * @throws BrokerConfigurationException when the application is to fail then
	 */
	void check(Set<String> known) {
		List<BrokerConfigurationException> absent = this.overrides.listenerIds()
			.stream()
			.filter((id) -> !known.contains(id))
			.sorted()
			.map((id) -> new BrokerConfigurationException(
					this.overrides.origin(id) + " configures a listener that does not exist", suggestion(id, known)))
			.toList();
		if (!absent.isEmpty() && this.overrides.requireListeners()) {
			throw absent.get(0);
		}
		if (!absent.isEmpty() && this.overrides.warnOfAbsence()) {
			logger.warn("{}", absent.stream().map(Throwable::getMessage).collect(Collectors.joining("\n")));
		}
	}

	private String suggestion(String id, Set<String> known) {
		if (known.isEmpty()) {
			return "Remove it, or add the listener: the application has none.";
		}
		// an id with a dot is read like that where its brackets are missing
		String whole = known.stream()
			.filter((other) -> other.startsWith(id + "."))
			.min(Comparator.naturalOrder())
			.orElse(null);
		String nearest = (whole != null) ? whole : NearestName.of(id, known);
		String question = (nearest != null) ? "Did you mean " + this.overrides.origin(nearest) + "?"
				: "Remove it, unless the listener is left out on purpose, by a profile or in a test.";
		return question + " These listeners can be configured: " + String.join(", ", new TreeSet<>(known)) + ".";
	}

}
