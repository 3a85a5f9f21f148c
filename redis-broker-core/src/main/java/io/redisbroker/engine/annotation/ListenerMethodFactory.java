package io.redisbroker.engine.annotation;

import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

import io.redisbroker.converter.PayloadCodec;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.message.Acknowledgment;
import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.MethodParameter;
import org.springframework.core.convert.ConversionService;
import org.springframework.format.support.DefaultFormattingConversionService;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.support.HeaderMethodArgumentResolver;
import org.springframework.messaging.handler.annotation.support.HeadersMethodArgumentResolver;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.validation.Validator;
import org.springframework.validation.method.MethodValidator;

/**
 * Makes handlers that call annotated methods. Decides for each parameter how it gets its
 * value: a delivery, a header, an object of the application's resolvers, or the payload.
 * Thread-safe.
 */
public final class ListenerMethodFactory {

	private final PayloadCodec codec;

	private final @Nullable Validator validator;

	/** For constraints on parameters, which few listeners have. */
	private final Supplier<@Nullable MethodValidator> methodValidator;

	private final @Nullable ConfigurableBeanFactory beanFactory;

	private final HeaderParameters headers;

	private final List<HandlerMethodArgumentResolver> resolvers;

	private final AddedResolvers added;

	/**
	 * Creates a factory without resolvers of the application.
	 * @param codec decodes payloads
	 * @param validator validates parameters that say {@code @Valid}, or {@code null}
	 * @param beanFactory resolves expressions in {@code @Header} defaults, or
	 * {@code null}
	 */
	public ListenerMethodFactory(PayloadCodec codec, @Nullable Validator validator,
			@Nullable ConfigurableBeanFactory beanFactory) {
		this(codec, validator, beanFactory, List.of());
	}

	/**
	 * Creates a factory.
	 * @param codec decodes payloads
	 * @param validator validates parameters that say {@code @Valid}; without one such
	 * parameters are refused
	 * @param beanFactory resolves expressions in {@code @Header} defaults, or
	 * {@code null}
	 * @param added the application's resolvers, asked after ours and before the payload
	 */
	public ListenerMethodFactory(PayloadCodec codec, @Nullable Validator validator,
			@Nullable ConfigurableBeanFactory beanFactory, List<HandlerMethodArgumentResolver> added) {
		this.added = new AddedResolvers(added, this::validatorFor);
		this.codec = codec;
		this.validator = validator;
		this.methodValidator = SingletonSupplier.ofNullable(() -> JakartaValidation.methodValidator(validator));
		this.beanFactory = beanFactory;
		ConversionService conversion = new DefaultFormattingConversionService();
		this.headers = new HeaderParameters(conversion, beanFactory);
		this.resolvers = List.of(new OwnArgumentResolver<>(Delivery.class, DeliveryMessage::delivery),
				new OwnArgumentResolver<>(Acknowledgment.class, DeliveryMessage::acknowledgment),
				new HeaderMethodArgumentResolver(conversion, beanFactory), new HeadersMethodArgumentResolver());
	}

	/**
	 * Makes a handler that calls a method.
	 * @param bean whose method it is
	 * @param method the method
	 * @param listenerId the listener's id
	 * @return the handler
	 * @throws BrokerConfigurationException when the method can't be a listener
	 */
	public DeliveryHandler create(Object bean, Method method, String listenerId) {
		ListenerMethodChecks.check(bean, method);
		return new ListenerMethod(bean, method, listenerId, new Parameters() {

			@Override
			public Argument argument(MethodParameter parameter) {
				return ListenerMethodFactory.this.argument(parameter);
			}

			@Override
			public boolean isPayload(MethodParameter parameter) {
				return !isHeader(parameter) && ListenerMethodFactory.this.added.find(parameter) == null;
			}

		}, this.methodValidator);
	}

	/** Decides once per parameter how it gets its values. */
	private Argument argument(MethodParameter parameter) {
		this.headers.check(parameter);
		for (HandlerMethodArgumentResolver resolver : this.resolvers) {
			if (resolver.supportsParameter(parameter)) {
				return (message) -> resolver.resolveArgument(parameter, message);
			}
		}
		HandlerMethodArgumentResolver resolver = this.added.find(parameter);
		if (resolver != null) {
			return this.added.argument(parameter, resolver);
		}
		refuseBean(parameter);
		return PayloadParameter.of(parameter, this.codec, this::validatorFor);
	}

	/** Jackson would make a new object of each payload, in place of the bean. */
	private void refuseBean(MethodParameter parameter) {
		Class<?> type = parameter.nestedIfOptional().getNestedParameterType();
		if (parameter.hasParameterAnnotation(Payload.class) || type.getName().startsWith("java.")
				|| !(this.beanFactory instanceof ListableBeanFactory beans)) {
			return;
		}
		String[] names = BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, type, true, false);
		if (names.length > 0) {
			throw ListenerMethodChecks.refused(parameter,
					"that is the type of bean '" + names[0] + "', and parameters come from the message",
					"Take the bean in the constructor; or write @Payload where the message holds such an object.");
		}
	}

	private Validator validatorFor(MethodParameter parameter) {
		if (this.validator != null) {
			return this.validator;
		}
		String[] several = (this.beanFactory instanceof ListableBeanFactory beans)
				? beans.getBeanNamesForType(Validator.class) : new String[0];
		throw ListenerMethodChecks.refused(parameter,
				(several.length == 0) ? "there is no validator for its @Valid"
						: "several validators may be meant by its @Valid: " + String.join(", ", several),
				(several.length == 0) ? "Add spring-boot-starter-validation, or remove @Valid."
						: "Put @Primary on one of these beans.");
	}

	/** One header can hold a list, so such a parameter alone does not make a batch. */
	private static boolean isHeader(MethodParameter parameter) {
		return parameter.hasParameterAnnotation(Header.class) || parameter.hasParameterAnnotation(Headers.class);
	}

	/** Decides how parameters get their values. */
	interface Parameters {

		/** Returns how a parameter gets its value; called once per parameter. */
		Argument argument(MethodParameter parameter);

		/** Tells whether a parameter gets the payload, a message or a delivery. */
		boolean isPayload(MethodParameter parameter);

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
