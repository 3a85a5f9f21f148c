package io.redisbroker.listener;

import java.util.List;

import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

/**
 * Adds parameters that annotated listener methods can take. Beans of this type are called
 * once, in their order, when the application starts.
 *
 * <p>
 * A parameter that is {@code Delivery}, {@code Acknowledgment}, {@code Message}, or a
 * header by {@code @Header} or {@code @Headers}, is not offered to added resolvers. They
 * are asked next, and a parameter that none of them supports gets the payload. A
 * parameter of a batch method, a {@code List}, is offered as its element, and is resolved
 * for each message; a {@code List} that a resolver supports as a whole does not make a
 * method a batch method.
 *
 * <p>
 * A resolver gets the message with its headers, those of
 * {@link io.redisbroker.message.BrokerHeaders} among them, and the payload as it was
 * written. When it throws a {@link org.springframework.messaging.MessagingException} or a
 * {@link org.springframework.core.convert.ConversionException}, the message becomes a
 * dead letter at once. Anything else that it throws counts as a failure of the listener,
 * so the message is delivered again.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ListenerMethodConfigurer {

	/**
	 * Adds resolvers.
	 * @param resolvers the resolvers that were added so far, to add to; each thread-safe
	 */
	void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers);

}
