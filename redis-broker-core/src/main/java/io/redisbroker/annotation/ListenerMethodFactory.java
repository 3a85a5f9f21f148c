package io.redisbroker.annotation;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import io.redisbroker.converter.PayloadCodec;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.message.Delivery;
import io.redisbroker.settlement.Acknowledgment;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.MethodParameter;
import org.springframework.core.convert.ConversionService;
import org.springframework.format.support.DefaultFormattingConversionService;
import org.springframework.messaging.Message;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.support.HeaderMethodArgumentResolver;
import org.springframework.messaging.handler.annotation.support.HeadersMethodArgumentResolver;
import org.springframework.messaging.handler.annotation.support.MessageMethodArgumentResolver;
import org.springframework.messaging.handler.annotation.support.PayloadMethodArgumentResolver;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.ValidationAnnotationUtils;

/**
 * Makes handlers of methods: Spring Messaging's parameters, and ours. Thread-safe.
 *
 * @since 0.1.0
 */
public final class ListenerMethodFactory {

	private final PayloadMessageConverter converter;

	private final List<HandlerMethodArgumentResolver> resolvers;

	/**
	 * Creates a factory.
	 * @param codec decodes payloads
	 * @param validator validates parameters that say {@code @Valid}, or {@code null}
	 * @param beanFactory resolves expressions in {@code @Header} defaults, or
	 * {@code null}
	 */
	public ListenerMethodFactory(PayloadCodec codec, @Nullable Validator validator,
			@Nullable ConfigurableBeanFactory beanFactory) {
		this.converter = new PayloadMessageConverter(codec);
		ConversionService conversion = new DefaultFormattingConversionService();
		this.resolvers = List.of(new OwnArgumentResolver<>(Delivery.class, DeliveryMessage::delivery),
				new OwnArgumentResolver<>(Acknowledgment.class, DeliveryMessage::acknowledgment),
				new HeaderMethodArgumentResolver(conversion, beanFactory), new HeadersMethodArgumentResolver(),
				new MessageMethodArgumentResolver(this.converter),
				new PayloadMethodArgumentResolver(this.converter, validator));
	}

	/**
	 * Makes a handler that calls a method.
	 * @param bean whose method it is
	 * @param method the method
	 * @param listenerId the listener's id
	 * @return the handler
	 */
	public DeliveryHandler create(Object bean, Method method, String listenerId) {
		return new ListenerMethod(bean, method, listenerId, this::argument);
	}

	/** Decides once per parameter how it gets its values. */
	private Argument argument(MethodParameter parameter) {
		HandlerMethodArgumentResolver resolver = this.resolvers.stream()
			.filter((each) -> each.supportsParameter(parameter))
			.findFirst()
			.orElseThrow();
		if (resolver instanceof PayloadMethodArgumentResolver && isPlainPayload(parameter)) {
			Type type = PayloadMessageConverter.payloadType(parameter);
			return (message) -> plainPayload(message, type);
		}
		return (message) -> resolver.resolveArgument(parameter, message);
	}

	/** The usual case, worth a short way: decode, and nothing else. */
	private Object plainPayload(DeliveryMessage message, Type type) {
		Object value = this.converter.decode(message, type);
		if (value == null) {
			throw new MessageConversionException(message, "The payload is null, which the listener does not take");
		}
		return value;
	}

	private static boolean isPlainPayload(MethodParameter parameter) {
		if (parameter.isOptional() || Optional.class == parameter.getParameterType()) {
			return false;
		}
		Payload payload = parameter.getParameterAnnotation(Payload.class);
		if (payload != null && (!payload.required() || !payload.expression().isEmpty())) {
			return false;
		}
		return Arrays.stream(parameter.getParameterAnnotations())
			.allMatch((annotation) -> ValidationAnnotationUtils.determineValidationHints(annotation) == null);
	}

	/** How a parameter gets its value from a message. */
	@FunctionalInterface
	interface Argument {

		@Nullable Object of(DeliveryMessage message) throws Exception;

	}

	private record OwnArgumentResolver<T>(Class<T> type,
			Function<DeliveryMessage, T> argument) implements HandlerMethodArgumentResolver {

		@Override
		public boolean supportsParameter(MethodParameter parameter) {
			return parameter.getParameterType() == this.type;
		}

		@Override
		public @Nullable Object resolveArgument(MethodParameter parameter, Message<?> message) {
			return this.argument.apply((DeliveryMessage) message);
		}

	}

}
