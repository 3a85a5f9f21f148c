package io.redisbroker.engine.annotation;

import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Optional;

import io.redisbroker.converter.PayloadCodec;
import io.redisbroker.converter.PayloadFormatException;
import io.redisbroker.engine.annotation.ListenerMethodFactory.Argument;
import io.redisbroker.failure.BrokerConfigurationException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.messaging.Message;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.support.MessageBuilder;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.exc.InvalidDefinitionException;

/**
 * How a parameter gets the payload: decoded, validated, and put into the {@code Message}
 * or {@code Optional} that it asks for. Thread-safe.
 */
final class PayloadParameter implements Argument {

	private final PayloadCodec codec;

	private final Type type;

	private final boolean isMessage;

	private final boolean isOptional;

	private final boolean isRequired;

	private final @Nullable PayloadValidation validation;

	private PayloadParameter(PayloadCodec codec, Type type, boolean isMessage, boolean isOptional, boolean isRequired,
			@Nullable PayloadValidation validation) {
		this.codec = codec;
		this.type = type;
		this.isMessage = isMessage;
		this.isOptional = isOptional;
		this.isRequired = isRequired;
		this.validation = validation;
	}

	/**
	 * Decides how a parameter gets the payload.
	 * @param parameter the parameter
	 * @param codec decodes payloads
	 * @param validators validates them
	 * @throws BrokerConfigurationException when no payload can be decoded as its type
	 */
	static PayloadParameter of(MethodParameter parameter, PayloadCodec codec, PayloadValidation.Validators validators) {
		AnnotatedType annotated = AnnotatedTypes.of(parameter);
		ResolvableType type = ResolvableType
			.forType(AnnotatedTypes.resolve(parameter.getGenericParameterType(), parameter.getContainingClass()));
		boolean isNullable = isNullable(parameter, annotated);
		boolean isMessage = type.toClass() == Message.class;
		if (isMessage) {
			type = type.getGeneric();
			annotated = AnnotatedTypes.argument(annotated);
		}
		boolean isOptional = type.toClass() == Optional.class;
		if (isOptional) {
			type = type.getGeneric();
			annotated = AnnotatedTypes.argument(annotated);
		}
		Type payload = AnnotatedTypes.resolve(AnnotatedTypes.bound(type), parameter.getContainingClass());
		if (Message.class.isAssignableFrom(ResolvableType.forType(payload).toClass())) {
			throw ListenerMethodChecks.refused(parameter, "no message is made as that type",
					"Write Message<T>; Message<Optional<T>> where the payload may be null.");
		}
		check(parameter, payload, codec);
		boolean isRequired = !isOptional && (isMessage || isPrimitive(payload) || !isNullable && isRequired(parameter));
		return new PayloadParameter(codec, payload, isMessage, isOptional, isRequired,
				PayloadValidation.of(parameter, AnnotatedTypes.of(parameter), validators));
	}

	/** Finds a type that can't be decoded before the first message does. */
	private static void check(MethodParameter parameter, Type type, PayloadCodec codec) {
		Payload payload = parameter.getParameterAnnotation(Payload.class);
		if (payload != null && !payload.expression().isEmpty()) {
			throw ListenerMethodChecks.refused(parameter, "an expression in @Payload is not supported",
					"Take the payload as it is, and evaluate it in the method.");
		}
		try {
			codec.requireDecodable(type);
		}
		catch (InvalidDefinitionException ex) {
			throw ListenerMethodChecks.refused(parameter,
					"Jackson can make no such object of any payload: " + ex.getOriginalMessage(),
					"Take a record or another class that Jackson can read, Map<String, String>, String, byte[], "
							+ "Message<T>, Delivery or Acknowledgment. Other beans belong into the constructor.");
		}
	}

	private static boolean isPrimitive(Type type) {
		return type instanceof Class<?> raw && raw.isPrimitive();
	}

	private static boolean isNullable(MethodParameter parameter, AnnotatedType annotated) {
		return AnnotatedTypes.isNullable(annotated)
				|| (!(parameter instanceof ListElementParameter) && parameter.isOptional());
	}

	private static boolean isRequired(MethodParameter parameter) {
		Payload payload = parameter.getParameterAnnotation(Payload.class);
		return payload == null || payload.required();
	}

	@Override
	public @Nullable Object of(DeliveryMessage message) throws Exception {
		Object value = decode(message);
		if (value == null && this.isRequired) {
			throw new MessageConversionException(message, "The payload is null, which the listener does not take");
		}
		if (value != null && this.validation != null) {
			this.validation.validate(message, value);
		}
		if (this.isOptional) {
			Optional<?> optional = Optional.ofNullable(value);
			return this.isMessage ? MessageBuilder.createMessage(optional, message.getHeaders()) : optional;
		}
		return (this.isMessage && value != null) ? MessageBuilder.createMessage(value, message.getHeaders()) : value;
	}

	private @Nullable Object decode(DeliveryMessage message) {
		Object payload = message.getPayload();
		try {
			return (payload instanceof byte[] bytes)
					? this.codec.decode(bytes, this.type, message.delivery().contentType())
					: this.codec.decode(fields(payload), this.type);
		}
		catch (PayloadFormatException ex) {
			throw new MessageConversionException(message, "Listener '" + message.listenerId() + "': " + ex.getMessage(),
					ex);
		}
		catch (JacksonException ex) {
			throw new MessageConversionException(message,
					"Can't make " + this.type.getTypeName() + " of the payload: " + ex.getOriginalMessage(), ex);
		}
	}

	@SuppressWarnings("unchecked")
	private static Map<String, String> fields(Object payload) {
		return (Map<String, String>) payload;
	}

}
