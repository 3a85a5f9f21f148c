package io.redisbroker.engine.annotation;

import java.lang.reflect.AnnotatedType;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.util.ObjectUtils;
import org.springframework.validation.BeanPropertyBindingResult;
import org.springframework.validation.SmartValidator;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.ValidationAnnotationUtils;

/**
 * Validates payloads where a parameter, or a type inside of it, says {@code @Valid} or
 * {@code @Validated}. Of arrays, collections and maps it validates the elements, which
 * validators do only for fields. Thread-safe.
 */
final class PayloadValidation {

	private final MethodParameter parameter;

	private final Validator validator;

	private final Object[] groups;

	private final String name;

	private PayloadValidation(MethodParameter parameter, Validator validator, Object[] groups) {
		this.parameter = parameter;
		this.validator = validator;
		this.groups = groups;
		this.name = Objects.requireNonNullElse(parameter.getParameterName(), "payload");
	}

	/**
	 * Returns the validation that a parameter asks for.
	 * @return the validation, or {@code null} where it asks for none
	 */
	static @Nullable PayloadValidation of(MethodParameter parameter, AnnotatedType type, Validators validators) {
		List<Object[]> hints = Stream
			.concat(Arrays.stream(parameter.getParameterAnnotations()), AnnotatedTypes.annotations(type))
			.map(ValidationAnnotationUtils::determineValidationHints)
			.filter(Objects::nonNull)
			.toList();
		return hints.isEmpty() ? null : new PayloadValidation(parameter, validators.forParameter(parameter),
				hints.stream().flatMap(Arrays::stream).distinct().toArray());
	}

	void validate(Message<?> message, Object payload) throws MethodArgumentNotValidException {
		validate(message, payload, this.name);
	}

	private void validate(Message<?> message, @Nullable Object value, String name)
			throws MethodArgumentNotValidException {
		if (value instanceof Map<?, ?> map) {
			for (Map.Entry<?, ?> entry : map.entrySet()) {
				validate(message, entry.getValue(), name + "[" + entry.getKey() + "]");
			}
		}
		else if (value instanceof Collection<?> || value instanceof Object[]) {
			int index = 0;
			for (Object element : elements(value)) {
				validate(message, element, name + "[" + index++ + "]");
			}
		}
		else if (value instanceof Optional<?> optional) {
			validate(message, optional.orElse(null), name);
		}
		else if (value != null) {
			validateOne(message, value, name);
		}
	}

	private static Collection<?> elements(Object value) {
		return (value instanceof Collection<?> collection) ? collection
				: Arrays.asList(ObjectUtils.toObjectArray(value));
	}

	private void validateOne(Message<?> message, Object value, String name) throws MethodArgumentNotValidException {
		BeanPropertyBindingResult result = new BeanPropertyBindingResult(value, name);
		if (this.validator instanceof SmartValidator smart && this.groups.length > 0) {
			smart.validate(value, result, this.groups);
		}
		else {
			this.validator.validate(value, result);
		}
		if (result.hasErrors()) {
			throw new MethodArgumentNotValidException(message, this.parameter, result);
		}
	}

	/** Finds the validator for a parameter that asks for one. */
	@FunctionalInterface
	interface Validators {

		Validator forParameter(MethodParameter parameter);

	}

}
