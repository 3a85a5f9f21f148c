package io.redisbroker.annotation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;

import io.redisbroker.listener.BrokerConfigurationException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.config.BeanExpressionContext;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.StringUtils;

/**
 * Turns what stands in an annotation into values: placeholders, expressions, numbers,
 * durations. Empty means that the default holds.
 */
final class AttributeResolver {

	private final ConfigurableBeanFactory beanFactory;

	AttributeResolver(ConfigurableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Nullable String text(String attribute) {
		Object value = evaluate(attribute);
		String text = (value != null) ? value.toString().trim() : "";
		return text.isEmpty() ? null : text;
	}

	/** Names; one attribute may stand for several, as a list or separated by commas. */
	List<String> names(String[] attributes) {
		List<String> names = new ArrayList<>();
		for (String attribute : attributes) {
			Object value = evaluate(attribute);
			if (value instanceof Collection<?> several) {
				several.forEach((each) -> names.add(String.valueOf(each)));
			}
			else if (value instanceof String[] several) {
				names.addAll(List.of(several));
			}
			else {
				names.addAll(List.of(StringUtils.tokenizeToStringArray(Objects.toString(value, ""), ",", true, false)));
			}
		}
		return names;
	}

	int integer(String name, String attribute, int otherwise) {
		return convert(name, attribute, "a whole number", Integer::parseInt, otherwise);
	}

	Duration duration(String name, String attribute, Duration otherwise) {
		return convert(name, attribute, "a duration such as 30s or PT1M", DurationFormatterUtils::detectAndParse,
				otherwise);
	}

	boolean bool(String name, String attribute, boolean otherwise) {
		return convert(name, attribute, "true or false", (text) -> switch (text.toLowerCase(Locale.ROOT)) {
			case "true" -> true;
			case "false" -> false;
			default -> throw new IllegalArgumentException(text);
		}, otherwise);
	}

	private <T> T convert(String name, String attribute, String form, Function<String, T> conversion, T otherwise) {
		String text = text(attribute);
		if (text == null) {
			return otherwise;
		}
		try {
			return conversion.apply(text);
		}
		catch (IllegalArgumentException ex) {
			throw new BrokerConfigurationException(name + " is '" + text + "'", "Set it to " + form + ".");
		}
	}

	private @Nullable Object evaluate(String attribute) {
		try {
			String resolved = this.beanFactory.resolveEmbeddedValue(attribute);
			return (this.beanFactory.getBeanExpressionResolver() == null) ? resolved
					: this.beanFactory.getBeanExpressionResolver()
						.evaluate(resolved, new BeanExpressionContext(this.beanFactory, null));
		}
		catch (IllegalArgumentException | BeansException ex) {
			throw new BrokerConfigurationException("'" + attribute + "' can't be resolved",
					"Correct it, or what it names: " + NestedExceptionUtils.getMostSpecificCause(ex).getMessage());
		}
	}

}
