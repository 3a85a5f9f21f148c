package io.redisbroker.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collections;
import java.util.Objects;
import java.util.stream.Stream;

import io.redisbroker.listener.BrokerConfigurationException;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.util.ClassUtils;
import org.springframework.validation.BeanPropertyBindingResult;
import org.springframework.validation.BindingResult;
import org.springframework.validation.ObjectError;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.Validated;
import org.springframework.validation.annotation.ValidationAnnotationUtils;
import org.springframework.validation.beanvalidation.MethodValidationAdapter;
import org.springframework.validation.method.MethodValidationResult;
import org.springframework.validation.method.MethodValidator;
import org.springframework.validation.method.ParameterValidationResult;

/**
 * Evaluates constraints on parameters themselves, such as {@code @NotBlank String} or
 * {@code List<@Positive Integer>}, for each message on its own. Thread-safe.
 */
final class ParameterConstraints {

	private static final String CONSTRAINT = "jakarta.validation.Constraint";

	/** A required payload is never null. */
	private static final String NOT_NULL = "jakarta.validation.constraints.NotNull";

	private static final boolean JAKARTA = ClassUtils.isPresent("jakarta.validation.Validator",
			ParameterConstraints.class.getClassLoader());

	private final MethodValidator validator;

	private final Object target;

	private final Method method;

	private final MethodParameter[] parameters;

	private final boolean batch;

	private final Class<?>[] groups;

	private ParameterConstraints(MethodValidator validator, Object target, MethodParameter[] parameters,
			boolean batch) {
		this.validator = validator;
		this.target = target;
		this.method = Objects.requireNonNull(parameters[0].getMethod());
		this.parameters = parameters;
		this.batch = batch;
		this.groups = ValidationAnnotationUtils.determineValidationGroups(target, this.method);
	}

	/**
	 * Returns the constraints on the parameters of a method.
	 * @param validator evaluates them, or {@code null} where there is none that can
	 * @param bean the bean, or the proxy that stands for it
	 * @param parameters the parameters of its method
	 * @param batch whether the method takes lists
	 * @return the constraints, or {@code null} where there are none
	 * @throws BrokerConfigurationException when there are such that nothing would
	 * evaluate
	 */
	static @Nullable ParameterConstraints of(@Nullable MethodValidator validator, Object bean,
			MethodParameter[] parameters, boolean batch) {
		Object singleton = AopProxyUtils.getSingletonTarget(bean);
		Object target = (singleton != null) ? singleton : bean;
		// a proxy that checks the arguments of each call
		boolean proxied = AopUtils.isAopProxy(bean)
				&& MergedAnnotations.from(target.getClass(), SearchStrategy.TYPE_HIERARCHY).isPresent(Validated.class);
		boolean any = false;
		for (MethodParameter parameter : parameters) {
			AnnotatedType type = AnnotatedTypes.of(parameter);
			Annotation ofBatch = batch ? find(Arrays.stream(parameter.getParameterAnnotations())) : null;
			if (ofBatch != null && !proxied) {
				throw unchecked(parameter, ofBatch,
						"Put @Validated on the class, so that the whole batch is checked, or the constraint on the "
								+ "element: List<@" + name(ofBatch) + " T>.");
			}
			Annotation constraint = batch ? find(AnnotatedTypes.annotations(AnnotatedTypes.argument(type)))
					: find(Stream.concat(Arrays.stream(parameter.getParameterAnnotations()),
							AnnotatedTypes.annotations(type)));
			if (constraint != null && validator == null && !proxied) {
				throw unchecked(parameter, constraint, "Add spring-boot-starter-validation, or remove the constraint.");
			}
			any |= constraint != null;
		}
		if (!any || validator == null) {
			return null;
		}
		ParameterConstraints constraints = new ParameterConstraints(validator, target, parameters, batch);
		constraints.tryOut();
		return constraints;
	}

	private static BrokerConfigurationException unchecked(MethodParameter parameter, Annotation constraint,
			String action) {
		return ListenerMethodChecks.refused(parameter, "@" + name(constraint) + " on it would not be checked", action);
	}

	private static String name(Annotation annotation) {
		return annotation.annotationType().getSimpleName();
	}

	/** Some constraints can't be evaluated where they are, which validators tell late. */
	private void tryOut() {
		for (MethodParameter parameter : this.parameters) {
			Class<?> type = ResolvableType.forMethodParameter(parameter).toClass();
			Class<?> element = this.batch ? ResolvableType.forMethodParameter(parameter).getGeneric().toClass() : type;
			if (element == Message.class && find(AnnotatedTypes.annotations(AnnotatedTypes.argument(this.batch
					? AnnotatedTypes.argument(AnnotatedTypes.of(parameter)) : AnnotatedTypes.of(parameter)))) != null) {
				throw ListenerMethodChecks.refused(parameter,
						"validators don't look for constraints inside of a Message",
						"Take the payload itself, or put the constraint on a field of its type, and write "
								+ "Message<@Valid T>.");
			}
		}
		try {
			evaluate(new Object[this.parameters.length]);
		}
		catch (RuntimeException ex) {
			throw new BrokerConfigurationException(
					"The constraints on its parameters can't be evaluated: " + ex.getMessage(),
					"Put them on fields of the payload's type, and @Valid on the parameter.");
		}
	}

	/**
	 * Evaluates the constraints on what one message has become.
	 * @param message the message
	 * @param values by parameter; the elements where these are lists
	 * @throws MethodArgumentNotValidException when it violates any
	 */
	void check(Message<?> message, @Nullable Object[] values) throws MethodArgumentNotValidException {
		for (ParameterValidationResult result : evaluate(values).getParameterValidationResults()) {
			// what is said of the list itself concerns the batch
			if (!this.batch || result.getContainer() != null) {
				throw new MethodArgumentNotValidException(message, result.getMethodParameter(), errors(result));
			}
		}
	}

	private MethodValidationResult evaluate(@Nullable Object[] values) {
		@Nullable Object[] arguments = this.batch ? Arrays.stream(values).map(Collections::singletonList).toArray() : values;
		return this.validator.validateArguments(this.target, this.method, this.parameters, arguments, this.groups);
	}

	private static BindingResult errors(ParameterValidationResult result) {
		String name = Objects.requireNonNullElse(result.getMethodParameter().getParameterName(), "payload");
		BindingResult errors = new BeanPropertyBindingResult(result.getArgument(), name);
		for (MessageSourceResolvable error : result.getResolvableErrors()) {
			errors.addError((error instanceof ObjectError object) ? object
					: new ObjectError(name, error.getCodes(), error.getArguments(), error.getDefaultMessage()));
		}
		return errors;
	}

	/** Returns what evaluates constraints; {@code null} where the validator can't. */
	static @Nullable MethodValidator validator(@Nullable Validator validator) {
		return JAKARTA ? Jakarta.validator(validator) : null;
	}

	private static @Nullable Annotation find(Stream<Annotation> annotations) {
		return annotations
			.filter((each) -> !each.annotationType().getName().equals(NOT_NULL)
					&& MergedAnnotations.from(each.annotationType()).isPresent(CONSTRAINT))
			.findFirst()
			.orElse(null);
	}

	/** Loaded only where there is such validation. */
	private static final class Jakarta {

		static @Nullable MethodValidator validator(@Nullable Validator validator) {
			return (validator instanceof jakarta.validation.Validator jakarta) ? new MethodValidationAdapter(jakarta)
					: null;
		}

	}

}
