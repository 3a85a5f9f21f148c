package io.redisbroker.engine.annotation;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.stream.BaseStream;

import io.redisbroker.failure.BrokerConfigurationException;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Advisor;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.interceptor.AsyncExecutionInterceptor;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.messaging.handler.annotation.SendTo;

/**
 * Refuses methods that can't work as listeners before a message is touched.
 */
final class ListenerMethodChecks {

	private static final String CONTINUATION = "kotlin.coroutines.Continuation";

	private static final List<String> ASYNC = List.of("org.springframework.scheduling.annotation.Async",
			"jakarta.ejb.Asynchronous", "jakarta.enterprise.concurrent.Asynchronous");

	private static final Set<String> PUBLISHERS = Set.of("org.reactivestreams.Publisher",
			"java.util.concurrent.Flow$Publisher", "kotlinx.coroutines.flow.Flow");

	private ListenerMethodChecks() {
	}

	/**
	 * Checks a method.
	 * @param bean the bean, or the proxy that stands for it
	 * @param method the method as it is invoked on the bean
	 * @throws BrokerConfigurationException when it can't be a listener
	 */
	static void check(Object bean, Method method) {
		Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
		Method declared = AopUtils.getMostSpecificMethod(method, type);
		if (Arrays.stream(method.getParameterTypes()).anyMatch((each) -> each.getName().equals(CONTINUATION))) {
			throw new BrokerConfigurationException(
					"It is a suspend function, and a listener can't wait for it: a message counts as handled when the "
							+ "method returns",
					"Write 'fun' without 'suspend', and call suspending code inside of it with runBlocking { }.");
		}
		if (isAsync(bean, declared, type)) {
			throw new BrokerConfigurationException(
					"It is @Async, so it returns before the work is done: its message would be acknowledged at once, "
							+ "and its exceptions would be lost",
					"Remove @Async: a listener has threads of its own, as many as 'concurrency' says.");
		}
		if (isPublisher(method.getReturnType())) {
			throw new BrokerConfigurationException(
					"It returns a " + method.getReturnType().getSimpleName()
							+ ", and redis-broker does not subscribe to it: its work would never run",
					"Return void, and wait in the method, with block() for example.");
		}
		if (MergedAnnotations.from(declared, SearchStrategy.TYPE_HIERARCHY).isPresent(SendTo.class)) {
			throw new BrokerConfigurationException(
					"It says @SendTo, which is not supported: its result would go nowhere",
					"Remove @SendTo, and send the result with RedisBroker.");
		}
		if (AopUtils.isCglibProxy(bean) && !isOverridden(bean.getClass(), method)) {
			throw new BrokerConfigurationException(
					"The proxy that Spring puts around its bean, for @Transactional for example, can't pass the call on, "
							+ "since the method is final, static, private or in another package",
					"Make the method public and not final or static (in Kotlin: open), or move it to a bean without a "
							+ "proxy.");
		}
	}

	private static boolean isPublisher(@Nullable Class<?> type) {
		return type != null && (PUBLISHERS.contains(type.getName()) || isPublisher(type.getSuperclass())
				|| Arrays.stream(type.getInterfaces()).anyMatch(ListenerMethodChecks::isPublisher));
	}

	private static boolean isOverridden(Class<?> proxy, Method method) {
		return Arrays.stream(proxy.getDeclaredMethods())
			.anyMatch((each) -> each.getName().equals(method.getName())
					&& Arrays.equals(each.getParameterTypes(), method.getParameterTypes()));
	}

	private static boolean isAsync(Object bean, Method method, Class<?> type) {
		MergedAnnotations onMethod = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
		MergedAnnotations onType = MergedAnnotations.from(type, SearchStrategy.TYPE_HIERARCHY);
		return ASYNC.stream().anyMatch((each) -> onMethod.isPresent(each) || onType.isPresent(each))
				|| (bean instanceof Advised advised
						&& Arrays.stream(advised.getAdvisors()).anyMatch((advisor) -> isAsync(advisor, method, type)));
	}

	/** {@code @EnableAsync} can name another annotation. */
	private static boolean isAsync(Advisor advisor, Method method, Class<?> type) {
		return advisor.getAdvice() instanceof AsyncExecutionInterceptor && advisor instanceof PointcutAdvisor pointcut
				&& AopUtils.canApply(pointcut.getPointcut(), type)
				&& pointcut.getPointcut().getMethodMatcher().matches(method, type);
	}

	/**
	 * Checks a parameter that is to get the payload, or lists of payloads.
	 * @param parameter the parameter
	 * @throws BrokerConfigurationException when its type can't be filled
	 */
	static void checkPayload(MethodParameter parameter) {
		Class<?> type = parameter.getParameterType();
		if (type != List.class && isManyAtOnce(type)) {
			throw refused(parameter, "only a List makes a batch",
					"Write List<T> to be called with many messages at once; T[] or Message<" + type.getSimpleName()
							+ "<T>> for a JSON array that is one message.");
		}
		if (Future.class.isAssignableFrom(type) || CompletionStage.class.isAssignableFrom(type)) {
			throw refused(parameter, "nothing would ever complete it", "Take the value itself.");
		}
	}

	private static boolean isManyAtOnce(Class<?> type) {
		return type.getName().startsWith("java.") && (Collection.class.isAssignableFrom(type) || type == Iterable.class
				|| Iterator.class.isAssignableFrom(type) || BaseStream.class.isAssignableFrom(type));
	}

	static BrokerConfigurationException refused(MethodParameter parameter, String problem, String action) {
		return new BrokerConfigurationException("Its parameter " + (parameter.getParameterIndex() + 1) + " is a "
				+ parameter.getGenericParameterType().getTypeName() + ", but " + problem, action);
	}

}
