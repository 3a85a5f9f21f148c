package io.redisbroker.retry;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.core.convert.ConversionException;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.invocation.MethodArgumentResolutionException;
import org.springframework.util.ClassUtils;
import org.springframework.validation.method.MethodValidationException;

/**
 * Rules that say how a message is treated after an exception of its listener. A rule
 * applies to a class and to its subclasses that have no rule of their own. When no rule
 * applies to the exception, its causes are searched, the outermost first. When no rule
 * applies to any of them, the message is retried. Immutable.
 *
 * @param treatments the rules: a treatment for each class
 * @since 0.1.0
 */
public record ExceptionRules(Map<Class<? extends Throwable>, Treatment> treatments) {

	/**
	 * The default rules. These exceptions make a dead letter at once: failed conversion
	 * and validation, parameters that can't be resolved, {@link ClassCastException},
	 * {@link NoSuchMethodException} and {@link DoNotRetryException}.
	 */
	public static final ExceptionRules DEFAULTS = defaults();

	/** Copies the rules. */
	public ExceptionRules {
		treatments = Map.copyOf(treatments);
	}

	/**
	 * Returns these rules with more rules, which replace those for the same classes.
	 * @param treatment the treatment
	 * @param types the classes of the exceptions
	 * @return the new rules
	 */
	public ExceptionRules with(Treatment treatment, Collection<Class<? extends Throwable>> types) {
		Map<Class<? extends Throwable>, Treatment> all = new LinkedHashMap<>(this.treatments);
		types.forEach((type) -> all.put(type, treatment));
		return new ExceptionRules(all);
	}

	/**
	 * Finds the treatment for an exception.
	 * @param failure the exception that the listener threw
	 * @return the treatment; {@link Treatment#RETRY} if no rule applies
	 */
	public Treatment of(Throwable failure) {
		for (Throwable each : Causes.of(failure)) {
			Treatment treatment = ofType(each.getClass());
			if (treatment != null) {
				return treatment;
			}
		}
		return Treatment.RETRY;
	}

	private @Nullable Treatment ofType(Class<?> type) {
		Treatment treatment = null;
		for (Class<?> each = type; treatment == null && each != null; each = each.getSuperclass()) {
			treatment = this.treatments.get(each);
		}
		return treatment;
	}

	private static ExceptionRules defaults() {
		Map<Class<? extends Throwable>, Treatment> treatments = new LinkedHashMap<>();
		treatments.put(DoNotRetryException.class, Treatment.DEAD_LETTER);
		treatments.put(MessageConversionException.class, Treatment.DEAD_LETTER);
		treatments.put(ConversionException.class, Treatment.DEAD_LETTER);
		treatments.put(MethodArgumentResolutionException.class, Treatment.DEAD_LETTER);
		treatments.put(MethodValidationException.class, Treatment.DEAD_LETTER);
		treatments.put(ClassCastException.class, Treatment.DEAD_LETTER);
		treatments.put(NoSuchMethodException.class, Treatment.DEAD_LETTER);
		// other validation exceptions are retried: a validator's database may be down
		for (String invalid : List.of("ConstraintViolationException", "ConstraintDeclarationException",
				"ConstraintDefinitionException")) {
			putIfPresent("jakarta.validation." + invalid, treatments);
		}
		return new ExceptionRules(treatments);
	}

	private static void putIfPresent(String name, Map<Class<? extends Throwable>, Treatment> treatments) {
		ClassLoader classLoader = ExceptionRules.class.getClassLoader();
		if (ClassUtils.isPresent(name, classLoader)) {
			treatments.put(ClassUtils.resolveClassName(name, classLoader).asSubclass(Throwable.class),
					Treatment.DEAD_LETTER);
		}
	}

	/** How a message is treated after an exception. */
	public enum Treatment {

		/** It is delivered again, up to {@code maxAttempts} and {@code maxDeliveries}. */
		RETRY,

		/** It becomes a dead letter at once. */
		DEAD_LETTER,

		/** It is acknowledged, without a dead letter. */
		DROP

	}

}
