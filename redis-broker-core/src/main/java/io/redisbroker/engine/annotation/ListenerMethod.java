package io.redisbroker.engine.annotation;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

import io.redisbroker.engine.annotation.ListenerMethodFactory.Argument;
import io.redisbroker.engine.annotation.ListenerMethodFactory.Parameters;
import io.redisbroker.engine.worker.UnpreparedException;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.message.Acknowledgment;
import io.redisbroker.message.Delivery;
import io.redisbroker.retry.RetryAfterException;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedMethod;
import org.springframework.core.annotation.SynthesizingMethodParameter;
import org.springframework.util.ReflectionUtils;
import org.springframework.validation.method.MethodValidator;

/**
 * Calls an annotated method. An exception of the method arrives as it was thrown.
 */
final class ListenerMethod implements DeliveryHandler {

	private static final ThreadLocal<@Nullable ListenerMethod> CALLED = new ThreadLocal<>();

	private final Object bean;

	private final Method method;

	private final String listenerId;

	private final Argument[] arguments;

	private final boolean batch;

	private final @Nullable ParameterConstraints constraints;

	ListenerMethod(Object bean, Method method, String listenerId, Parameters kinds,
			Supplier<@Nullable MethodValidator> validator) {
		this.bean = bean;
		this.method = method;
		this.listenerId = listenerId;
		ReflectionUtils.makeAccessible(method);
		MethodParameter[] parameters = new BeanMethod(method, AopProxyUtils.ultimateTargetClass(bean))
			.getMethodParameters();
		for (MethodParameter parameter : parameters) {
			if (kinds.isPayload(parameter)) {
				ListenerMethodChecks.checkPayload(parameter);
			}
		}
		this.batch = Arrays.stream(parameters).anyMatch((parameter) -> isList(parameter) && kinds.isPayload(parameter));
		if (this.batch && !Arrays.stream(parameters).allMatch(ListenerMethod::isList)) {
			throw new BrokerConfigurationException(
					"It takes a List, so it is called with many messages at once, but has other parameters too",
					"Make every parameter a List, or none; a JSON array can be taken as T[].");
		}
		this.arguments = Arrays.stream(parameters)
			.map((parameter) -> kinds
				.argument(this.batch ? new ListElementParameter((SynthesizingMethodParameter) parameter) : parameter))
			.toArray(Argument[]::new);
		this.constraints = ParameterConstraints.of(validator, bean, parameters, this.batch);
	}

	private static boolean isList(MethodParameter parameter) {
		return parameter.getParameterType() == List.class;
	}

	@Override
	public boolean isBatch() {
		return this.batch;
	}

	@Override
	public Object prepare(Delivery delivery, Acknowledgment acknowledgment) throws Exception {
		DeliveryMessage message = new DeliveryMessage(delivery, acknowledgment, this.listenerId);
		@Nullable Object[] values = new Object[this.arguments.length];
		try {
			for (int i = 0; i < values.length; i++) {
				values[i] = this.arguments[i].of(message);
			}
			if (this.constraints != null) {
				this.constraints.check(message, values);
			}
		}
		catch (RuntimeException ex) {
			if (JakartaValidation.isFailure(ex) || ex instanceof RetryAfterException) {
				throw new UnpreparedException(ex);
			}
			throw ex;
		}
		return values;
	}

	@Override
	public void handle(List<Object> prepared) throws Throwable {
		if (this.batch) {
			invoke(columns(prepared));
			return;
		}
		for (Object arguments : prepared) {
			invoke((@Nullable Object[]) arguments);
		}
	}

	/** From arguments per message to a list per parameter. */
	private @Nullable Object[] columns(List<Object> prepared) {
		@Nullable Object[] columns = new Object[this.arguments.length];
		for (int i = 0; i < columns.length; i++) {
			List<@Nullable Object> column = new ArrayList<>(prepared.size());
			for (Object arguments : prepared) {
				column.add(((@Nullable Object[]) arguments)[i]);
			}
			columns[i] = column;
		}
		return columns;
	}

	private void invoke(@Nullable Object[] arguments) throws Throwable {
		ListenerMethod outer = CALLED.get();
		CALLED.set(this);
		try {
			this.method.invoke(this.bean, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
		finally {
			// remove() would allocate at each call
			CALLED.set(outer);
		}
	}

	/**
	 * Tells whether this thread is in a call of the method; it must not wait for itself.
	 */
	boolean isCalling() {
		return CALLED.get() == this;
	}

	/** Tells whether the method is called on a bean, be it through proxies. */
	boolean isOf(Object other) {
		for (Object target = this.bean; target != null; target = AopProxyUtils.getSingletonTarget(target)) {
			if (target == other) {
				return true;
			}
		}
		return false;
	}

	@Override
	public String toString() {
		return this.method.toGenericString();
	}

	/**
	 * The method of the class, also behind a proxy of its interface: its parameters have
	 * the annotations of class and interfaces.
	 */
	private static final class BeanMethod extends AnnotatedMethod {

		private final Class<?> type;

		BeanMethod(Method method, Class<?> type) {
			super(AopUtils.getMostSpecificMethod(method, type));
			this.type = type;
		}

		@Override
		protected Class<?> getContainingClass() {
			return this.type;
		}

	}

}
