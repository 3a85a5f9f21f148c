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
 * What becomes of a message by the exception that its listener threw. A rule holds for a
 * class and its subclasses, unless there is one for the subclass. Where no rule fits the
 * exception its causes are looked at, the outermost first; where none fits at all, the
 * message is retried. Immutable.
 *
 * @param treatments the rules
 * @since 0.1.0
 */
public record ExceptionRules(Map<Class<? extends Throwable>, Treatment> treatments) {

	/**
	 * Dead letters at once: conversion and validation that failed, classes and methods
	 * that do not fit, and {@link DoNotRetryException}.
	 */
	public static final ExceptionRules DEFAULTS = defaults();

	/** Copies the rules. */
	public ExceptionRules {
		treatments = Map.copyOf(treatments);
	}

	/**
	 * Adds rules, which replace those for the same classes.
	 * @param treatment the treatment
	 * @param types the classes
	 * @return the rules
	 */
	public ExceptionRules with(Treatment treatment, Collection<Class<? extends Throwable>> types) {
		Map<Class<? extends Throwable>, Treatment> all = new LinkedHashMap<>(this.treatments);
		types.forEach((type) -> all.put(type, treatment));
		return new ExceptionRules(all);
	}

	/**
	 * Finds the rule for a failure.
	 * @param failure what the listener threw
	 * @return the treatment
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
		// other validation exceptions are retried: a validator's database may be away
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

	/** What becomes of a message. */
	public enum Treatment {

		/** It is delivered again, as often as is allowed. */
		RETRY,

		/** It becomes a dead letter at once. */
		DEAD_LETTER,

		/** It is acknowledged, and gone. */
		DROP

	}

}
