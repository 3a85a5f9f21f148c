package io.redisbroker.annotation;

import java.lang.reflect.Type;
import java.util.Map;

import io.redisbroker.converter.PayloadCodec;
import org.jspecify.annotations.Nullable;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.converter.SmartMessageConverter;
import tools.jackson.core.JacksonException;

/**
 * Lets Spring Messaging's parameters be decoded by our {@link PayloadCodec}.
 */
final class PayloadMessageConverter implements SmartMessageConverter {

	private final PayloadCodec codec;

	PayloadMessageConverter(PayloadCodec codec) {
		this.codec = codec;
	}

	@Override
	public @Nullable Object fromMessage(Message<?> message, Class<?> targetClass) {
		return fromMessage(message, targetClass, null);
	}

	@Override
	public @Nullable Object fromMessage(Message<?> message, Class<?> targetClass, @Nullable Object hint) {
		return decode(message, (hint instanceof MethodParameter parameter) ? payloadType(parameter) : targetClass);
	}

	@Nullable Object decode(Message<?> message, Type type) {
		Object payload = message.getPayload();
		try {
			return (payload instanceof byte[] bytes) ? this.codec.decode(bytes, type)
					: this.codec.decode(fields(payload), type);
		}
		catch (JacksonException ex) {
			throw new MessageConversionException(message,
					"Can't make " + type.getTypeName() + " of the payload: " + ex.getOriginalMessage(), ex);
		}
	}

	@SuppressWarnings("unchecked")
	private static Map<String, String> fields(Object payload) {
		return (Map<String, String>) payload;
	}

	/**
	 * What to decode: the parameter's type, or what a {@code Message} or an
	 * {@code Optional} holds, with what the listener's class puts in for its own type
	 * variables.
	 */
	static Type payloadType(MethodParameter parameter) {
		MethodParameter payload = parameter.nestedIfOptional();
		Type type = GenericTypeResolver.resolveType(payload.getNestedGenericParameterType(),
				payload.getContainingClass());
		return Message.class.isAssignableFrom(payload.getNestedParameterType())
				? ResolvableType.forType(type).getGeneric().getType() : type;
	}

	@Override
	public @Nullable Message<?> toMessage(Object payload, @Nullable MessageHeaders headers) {
		return null;
	}

	@Override
	public @Nullable Message<?> toMessage(Object payload, @Nullable MessageHeaders headers, @Nullable Object hint) {
		return null;
	}

}
