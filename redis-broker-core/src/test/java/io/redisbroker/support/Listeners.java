package io.redisbroker.support;

import java.lang.reflect.Method;
import java.util.Arrays;

import io.redisbroker.engine.annotation.ListenerMethodFactory;
import io.redisbroker.listener.DeliveryHandler;
import org.springframework.validation.Validator;

/**
 * Creates handlers for methods of beans, as the annotation does.
 */
public final class Listeners {

	private Listeners() {
	}

	/**
	 * Calls a bean's only public method.
	 * @param bean the bean
	 * @return the handler
	 */
	public static DeliveryHandler method(Object bean) {
		return method(bean, null);
	}

	/**
	 * Calls a bean's only public method, and validates its parameters.
	 * @param bean the bean
	 * @param validator the validator
	 * @return the handler
	 */
	public static DeliveryHandler method(Object bean, Validator validator) {
		Method method = Arrays.stream(bean.getClass().getMethods())
			.filter((each) -> !each.isBridge() && each.getDeclaringClass() != Object.class)
			.reduce((one, other) -> {
				throw new IllegalArgumentException("More than one method: " + one + ", " + other);
			})
			.orElseThrow();
		return new ListenerMethodFactory(TestBroker.codec(), validator, null).create(bean, method, "listener");
	}

}
