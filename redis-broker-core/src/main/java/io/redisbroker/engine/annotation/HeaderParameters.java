package io.redisbroker.engine.annotation;

import java.util.Map;

import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.message.BrokerHeaders;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.core.ResolvableType;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.TypeDescriptor;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.ValueConstants;
import org.springframework.messaging.support.MessageHeaderAccessor;

/**
 * Checks the types of {@code @Header} and {@code @Headers} parameters when the
 * application starts. A header that can't be converted would make a dead letter of each
 * message.
 */
final class HeaderParameters {

	private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

	private final ConversionService conversion;

	private final @Nullable ConfigurableBeanFactory beanFactory;

	/**
	 * Creates checks.
	 * @param conversion makes other types of the text that a header is
	 * @param beanFactory resolves placeholders in names
	 */
	HeaderParameters(ConversionService conversion, @Nullable ConfigurableBeanFactory beanFactory) {
		this.conversion = conversion;
		this.beanFactory = beanFactory;
	}

	/**
	 * Checks a parameter; one without {@code @Header} and {@code @Headers} passes.
	 * @param parameter the parameter
	 * @throws BrokerConfigurationException when no header can be converted to the
	 * parameter's type
	 */
	void check(MethodParameter parameter) {
		Header header = parameter.getParameterAnnotation(Header.class);
		if (header != null) {
			checkName(parameter, header);
			checkAbsence(parameter, header);
			checkType(parameter, header);
		}
		else if (parameter.hasParameterAnnotation(Headers.class)) {
			checkAll(parameter);
		}
	}

	private void checkName(MethodParameter parameter, Header header) {
		if (header.name().isEmpty()) {
			parameter.initParameterNameDiscovery(NAMES);
			if (parameter.getParameterName() == null) {
				throw ListenerMethodChecks.refused(parameter,
						"its @Header has no name, and the class was compiled without '-parameters'",
						"Write @Header(\"name\"), or compile with '-parameters'.");
			}
		}
		else if (this.beanFactory != null) {
			try {
				this.beanFactory.resolveEmbeddedValue(header.name());
			}
			catch (IllegalArgumentException ex) {
				throw ListenerMethodChecks.refused(parameter,
						"the name of its header can't be resolved: " + ex.getMessage(),
						"Set the property, or write the header's name.");
			}
		}
	}

	private void checkAbsence(MethodParameter parameter, Header header) {
		Class<?> type = parameter.getParameterType();
		String otherwise = header.defaultValue();
		if (otherwise.equals(ValueConstants.DEFAULT_NONE)) {
			if (!header.required() && type.isPrimitive() && type != boolean.class) {
				throw ListenerMethodChecks.refused(parameter, "its header may be absent, and then it would be null",
						"Write the type that can be null, such as Integer, or a defaultValue.");
			}
		}
		else if (!otherwise.contains("${") && !otherwise.contains("#{")) {
			try {
				this.conversion.convert(otherwise, TypeDescriptor.valueOf(String.class), new TypeDescriptor(parameter));
			}
			catch (ConversionException ex) {
				throw ListenerMethodChecks.refused(parameter,
						"the default of its header, '" + otherwise + "', can't become one",
						"Write a defaultValue that fits.");
			}
		}
	}

	private void checkType(MethodParameter parameter, Header header) {
		boolean isText = parameter.getParameterType().isAssignableFrom(String.class);
		if (!isText && !header.name().startsWith(BrokerHeaders.PREFIX)
				&& !this.conversion.canConvert(TypeDescriptor.valueOf(String.class), new TypeDescriptor(parameter))) {
			throw ListenerMethodChecks.refused(parameter, "a header is a text, of which no such object can be made",
					"Take String, a number, an enum, a date or another type that Spring converts from text.");
		}
	}

	private static void checkAll(MethodParameter parameter) {
		Class<?> type = parameter.getParameterType();
		ResolvableType map = ResolvableType.forMethodParameter(parameter).asMap();
		boolean fits = Map.class.isAssignableFrom(type) && type.isAssignableFrom(MessageHeaders.class)
				&& map.getGeneric(0).resolve(Object.class).isAssignableFrom(String.class)
				&& map.getGeneric(1).resolve(Object.class) == Object.class;
		if (!fits && !MessageHeaderAccessor.class.isAssignableFrom(type)) {
			throw ListenerMethodChecks.refused(parameter, "all headers come as a Map or as MessageHeaders",
					"Write @Headers Map<String, Object>, or @Header for one of them.");
		}
	}

}
