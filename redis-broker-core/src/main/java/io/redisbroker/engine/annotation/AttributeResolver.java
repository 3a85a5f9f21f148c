package io.redisbroker.engine.annotation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;

import io.redisbroker.failure.BrokerConfigurationException;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.beans.factory.config.BeanExpressionContext;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.Scope;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.StringUtils;

/**
 * Resolves the attributes of an annotation into values: placeholders, expressions,
 * numbers, durations. {@code #{__listener}} is the bean that the annotation is on. An
 * empty attribute is {@code null}.
 */
final class AttributeResolver {

	/** The bean, in expressions. */
	static final String LISTENER = "__listener";

	private final ConfigurableBeanFactory beanFactory;

	private final BeanExpressionContext context;

	AttributeResolver(ConfigurableBeanFactory beanFactory) {
		this(beanFactory, null);
	}

	/**
	 * Creates a resolver.
	 * @param beanFactory resolves placeholders and expressions
	 * @param listener the bean that the annotation is on, or {@code null} where there is
	 * none yet
	 */
	AttributeResolver(ConfigurableBeanFactory beanFactory, @Nullable Object listener) {
		this.beanFactory = beanFactory;
		this.context = new BeanExpressionContext(beanFactory,
				(listener != null) ? new ListenerScope(ultimateTarget(listener)) : null);
	}

	/** A proxy may hide the properties of the bean behind its interfaces. */
	private static Object ultimateTarget(Object bean) {
		Object candidate = bean;
		for (Object target = bean; target != null; target = AopProxyUtils.getSingletonTarget(target)) {
			candidate = target;
		}
		return candidate;
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

	@Nullable Integer integer(String name, String attribute) {
		return convert(name, attribute, "a whole number", Integer::valueOf);
	}

	@Nullable Duration duration(String name, String attribute) {
		return convert(name, attribute, "a duration such as 30s or PT1M", DurationFormatterUtils::detectAndParse);
	}

	@Nullable Boolean bool(String name, String attribute) {
		return convert(name, attribute, "true or false", (text) -> switch (text.toLowerCase(Locale.ROOT)) {
			case "true" -> true;
			case "false" -> false;
			default -> throw new IllegalArgumentException(text);
		});
	}

	private <T> @Nullable T convert(String name, String attribute, String form, Function<String, T> conversion) {
		String text = text(attribute);
		if (text == null) {
			return null;
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
					: this.beanFactory.getBeanExpressionResolver().evaluate(resolved, this.context);
		}
		catch (IllegalArgumentException | BeansException ex) {
			throw new BrokerConfigurationException("'" + attribute + "' can't be resolved",
					"Correct it, or the property or bean that it names: "
							+ NestedExceptionUtils.getMostSpecificCause(ex).getMessage());
		}
	}

	/** Knows nothing but the listener. */
	private record ListenerScope(Object listener) implements Scope {

		@Override
		public Object get(String name, ObjectFactory<?> objectFactory) {
			throw new UnsupportedOperationException("Nothing is in this scope");
		}

		@Override
		public @Nullable Object remove(String name) {
			return null;
		}

		@Override
		public void registerDestructionCallback(String name, Runnable callback) {
			// nothing is created here
		}

		@Override
		public @Nullable Object resolveContextualObject(String key) {
			return LISTENER.equals(key) ? this.listener : null;
		}

		@Override
		public @Nullable String getConversationId() {
			return null;
		}

	}

}
