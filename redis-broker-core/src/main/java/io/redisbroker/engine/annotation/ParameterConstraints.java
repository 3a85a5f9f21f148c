package io.redisbroker.engine.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collections;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.redisbroker.failure.BrokerConfigurationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.StringUtils;
import org.springframework.validation.BeanPropertyBindingResult;
import org.springframework.validation.BindingResult;
import org.springframework.validation.ObjectError;
import org.springframework.validation.annotation.Validated;
import org.springframework.validation.method.MethodValidationResult;
import org.springframework.validation.method.MethodValidator;
import org.springframework.validation.method.ParameterValidationResult;

/**
 * Evaluates constraints on parameters themselves, such as {@code @NotBlank String} or
 * {@code List<@Positive Integer>}, for each message on its own. Thread-safe.
 */
final class ParameterConstraints {

	private static final Logger logger = LoggerFactory.getLogger(ParameterConstraints.class);

	private static final String CONSTRAINT = "jakarta.validation.Constraint";

	/** A required payload is never null. */
	private static final String NOT_NULL = "jakarta.validation.constraints.NotNull";

	private static final String INTERCEPTOR = "org.springframework.validation.beanvalidation.MethodValidationInterceptor";

	private final MethodValidator validator;

	private final Object target;

	private final Method method;

	private final MethodParameter[] parameters;

	private final boolean batch;

	private final Class<?>[] groups;

	private ParameterConstraints(MethodValidator validator, Object target, MethodParameter[] parameters, boolean batch,
			Class<?>[] groups) {
		this.validator = validator;
		this.target = target;
		this.method = Objects.requireNonNull(parameters[0].getMethod());
		this.parameters = parameters;
		this.batch = batch;
		this.groups = groups;
	}

	/**
	 * Returns the constraints on the parameters of a method.
	 * @param validators makes the validator, or {@code null} where there is none
	 * @param bean the bean, or the proxy that stands for it
	 * @param parameters the parameters of its method
	 * @param batch whether the method takes lists
	 * @return the constraints, or {@code null} where there are none
	 * @throws BrokerConfigurationException when there are constraints that nothing
	 * evaluates
	 */
	static @Nullable ParameterConstraints of(Supplier<@Nullable MethodValidator> validators, Object bean,
			MethodParameter[] parameters, boolean batch) {
		MethodValidator validator = null;
		for (MethodParameter parameter : parameters) {
			AnnotatedType type = AnnotatedTypes.of(parameter);
			Stream<Annotation> own = Arrays.stream(parameter.getParameterAnnotations());
			if (batch) {
				Annotation ofBatch = find(own, false);
				if (ofBatch != null && !isValidatedByProxy(bean)) {
					throw unchecked(parameter, ofBatch,
							"Put @Validated on the class, so that the whole batch is checked, or the constraint on "
									+ "the element: List<@" + name(ofBatch) + " T>.");
				}
				type = AnnotatedTypes.argument(type);
				own = Stream.empty();
			}
			Annotation constraint = find(Stream.concat(own, Arrays.stream(type.getAnnotations())), false);
			Annotation inside = find(AnnotatedTypes.inside(type), true);
			Annotation hidden = find(AnnotatedTypes.outOfReach(batch ? AnnotatedTypes.of(parameter) : type), true);
			if (hidden != null) {
				throw unchecked(parameter, hidden,
						"Validators look neither into wildcards nor into arrays that are elements: write List<@"
								+ name(hidden) + " T>, or put it on a field of T and @Valid on the parameter.");
			}
			constraint = (constraint != null) ? constraint : inside;
			if (constraint == null) {
				continue;
			}
			validator = validators.get();
			if (validator == null && !isValidatedByProxy(bean)) {
				throw unchecked(parameter, constraint,
						"Add spring-boot-starter-validation; where the application has validators of its own, one that "
								+ "is @Primary and a jakarta.validation.Validator. Or remove the constraint.");
			}
		}
		return (validator != null) ? of(validator, bean, parameters, batch, groups(bean, parameters[0])) : null;
	}

	private static ParameterConstraints of(MethodValidator validator, Object bean, MethodParameter[] parameters,
			boolean batch, Class<?>[] groups) {
		Object target = AopProxyUtils.getSingletonTarget(bean);
		ParameterConstraints constraints = new ParameterConstraints(validator, (target != null) ? target : bean,
				parameters, batch, groups);
		constraints.tryOut();
		return constraints;
	}

	private static Class<?>[] groups(Object bean, MethodParameter parameter) {
		Validated validated = AnnotationUtils.findAnnotation(Objects.requireNonNull(parameter.getMethod()),
				Validated.class);
		if (validated == null) {
			validated = AnnotationUtils.findAnnotation(AopProxyUtils.ultimateTargetClass(bean), Validated.class);
		}
		return (validated != null) ? validated.value() : new Class<?>[0];
	}

	/** The proxy of a scope hides whether the bean behind it has another. */
	private static boolean isValidatedByProxy(Object bean) {
		if (AnnotationUtils.findAnnotation(AopProxyUtils.ultimateTargetClass(bean), Validated.class) == null) {
			return false;
		}
		for (Object each = bean; each instanceof Advised proxy; each = AopProxyUtils.getSingletonTarget(each)) {
			if (each instanceof ScopedObject || Arrays.stream(proxy.getAdvisors())
				.anyMatch((advisor) -> advisor.getAdvice().getClass().getName().equals(INTERCEPTOR))) {
				return true;
			}
		}
		return false;
	}

	private static BrokerConfigurationException unchecked(MethodParameter parameter, Annotation constraint,
			String action) {
		return ListenerMethodChecks.refused(parameter, "@" + name(constraint) + " on it would not be checked", action);
	}

	private static String name(Annotation annotation) {
		return annotation.annotationType().getSimpleName();
	}

	/**
	 * Evaluates the constraints once at start, to find those that can't be evaluated. A
	 * constraint may reject null.
	 */
	private void tryOut() {
		try {
			evaluate(new Object[this.parameters.length]);
		}
		catch (RuntimeException ex) {
			if (JakartaValidation.isWrongDeclaration(ex)) {
				throw new BrokerConfigurationException(
						"The constraints on its parameters can't be evaluated. The validator says: "
								+ StringUtils.trimTrailingCharacter(String.valueOf(ex.getMessage()), '.'),
						"Put them where the validator looks: on fields of the payload's type, with @Valid on the "
								+ "parameter; or on the interface's method, where the class implements one.");
			}
			logger.debug("Constraints can't be evaluated now", ex);
		}
	}

	/**
	 * Evaluates the constraints on the arguments made of one message.
	 * @param message the message
	 * @param values by parameter; the elements where these are lists
	 * @throws MethodArgumentNotValidException when it violates any
	 */
	void check(Message<?> message, @Nullable Object[] values) throws MethodArgumentNotValidException {
		for (ParameterValidationResult result : evaluate(values).getParameterValidationResults()) {
			// constraints on the list itself concern the whole batch
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

	private static @Nullable Annotation find(Stream<Annotation> annotations, boolean orNotNull) {
		return annotations
			.filter((each) -> (orNotNull || !each.annotationType().getName().equals(NOT_NULL))
					&& isConstraint(each.annotationType()))
			.findFirst()
			.orElse(null);
	}

	/** Several of a kind are in an annotation that holds them. */
	private static boolean isConstraint(Class<? extends Annotation> type) {
		Method value = ReflectionUtils.findMethod(type, MergedAnnotation.VALUE);
		Class<?> held = (value != null) ? value.getReturnType().getComponentType() : null;
		return MergedAnnotations.from(type).isPresent(CONSTRAINT)
				|| (held != null && MergedAnnotations.from(held).isPresent(CONSTRAINT));
	}

}
