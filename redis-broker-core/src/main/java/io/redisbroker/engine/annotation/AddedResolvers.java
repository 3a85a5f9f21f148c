package io.redisbroker.engine.annotation;

import java.util.List;

import io.redisbroker.engine.annotation.ListenerMethodFactory.Argument;
import io.redisbroker.engine.worker.UnpreparedException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.convert.ConversionException;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessagingException;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.util.ClassUtils;

/**
 * The resolvers that an application adds for parameters of its own. Thread-safe.
 */
final class AddedResolvers {

	private final List<HandlerMethodArgumentResolver> resolvers;

	private final PayloadValidation.Validators validators;

	AddedResolvers(List<HandlerMethodArgumentResolver> resolvers, PayloadValidation.Validators validators) {
		this.resolvers = List.copyOf(resolvers);
		this.validators = validators;
	}

	/** Returns the first that supports a parameter, or {@code null}. */
	@Nullable HandlerMethodArgumentResolver find(MethodParameter parameter) {
		if (parameter.getParameterType() == Message.class) {
			return null;
		}
		return this.resolvers.stream()
			.filter((resolver) -> resolver.supportsParameter(parameter))
			.findFirst()
			.orElse(null);
	}

	/** Resolves a parameter, and validates the value where the parameter asks for it. */
	Argument argument(MethodParameter parameter, HandlerMethodArgumentResolver resolver) {
		PayloadValidation validation = PayloadValidation.of(parameter, AnnotatedTypes.of(parameter), this.validators);
		return (message) -> {
			Object value = resolve(parameter, resolver, message);
			if (value != null && validation != null) {
				validation.validate(message, value);
			}
			return value;
		};
	}

	private static @Nullable Object resolve(MethodParameter parameter, HandlerMethodArgumentResolver resolver,
			DeliveryMessage message) {
		Object value;
		try {
			value = resolver.resolveArgument(parameter, message);
		}
		catch (MessagingException | ConversionException ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new UnpreparedException(ex);
		}
		if (!ClassUtils.isAssignableValue(parameter.getParameterType(), value)) {
			throw new UnpreparedException(new IllegalStateException(resolver.getClass().getName() + " returned "
					+ ((value != null) ? "a " + value.getClass().getName() : "null") + " for parameter "
					+ (parameter.getParameterIndex() + 1) + " of " + parameter.getExecutable().toGenericString()
					+ ", which is a " + parameter.getParameterType().getName()));
		}
		return value;
	}

}
