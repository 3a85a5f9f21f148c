package io.redisbroker.autoconfigure;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.message.Delivery;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.annotation.AnnotationDescription;
import net.bytebuddy.implementation.FixedValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.interceptor.AsyncExecutionInterceptor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.data.redis.connection.stream.ObjectRecord;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.scheduling.annotation.Async;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Methods that can't work as listeners are refused when the application starts, before a
 * message is touched.
 */
class RefusedListenerTests {

	@Test
	void refusesASuspendFunction() {
		Class<?> continuation = new ByteBuddy().makeInterface()
			.name("kotlin.coroutines.Continuation")
			.make()
			.load(getClass().getClassLoader())
			.getLoaded();
		Class<?> listener = new ByteBuddy().subclass(Object.class)
			.name("com.acme.Suspending")
			.defineMethod("pay", Object.class, Modifier.PUBLIC)
			.withParameters(String.class, continuation)
			.intercept(FixedValue.nullValue())
			.annotateMethod(
					AnnotationDescription.Builder.ofType(QueueListener.class).defineArray("queues", "orders").build())
			.make()
			.load(continuation.getClassLoader())
			.getLoaded();
		assertRefused(listener, "@QueueListener on com.acme.Suspending.pay", "suspend function", "Write 'fun'");
	}

	@ParameterizedTest
	@ValueSource(classes = { AsyncMethod.class, AsyncClass.class, AsyncInterface.class })
	void refusesWhatReturnsBeforeTheWorkIsDone(Class<?> listener) {
		assertRefused(listener, "@QueueListener on", "on: It is @Async", "Remove @Async");
	}

	static class AsyncMethod {

		@Async
		@QueueListener(queues = "orders")
		void on(Order order) {
		}

	}

	@Async
	static class AsyncClass {

		@QueueListener(queues = "orders")
		void on(Order order) {
		}

	}

	interface Asynchronous {

		@Async
		void on(Order order);

	}

	static class AsyncInterface implements Asynchronous {

		@Override
		@QueueListener(queues = "orders")
		public void on(Order order) {
		}

	}

	@Test
	void refusesWhatAnotherAnnotationMakesAsynchronous() {
		ProxyFactory factory = new ProxyFactory(new Deprecates());
		factory.setProxyTargetClass(true);
		factory.addAdvisor(new DefaultPointcutAdvisor(AnnotationMatchingPointcut.forMethodAnnotation(Deprecated.class),
				new AsyncExecutionInterceptor(new SimpleAsyncTaskExecutor())));
		TestApplication.runner()
			.withBean(Deprecates.class, () -> (Deprecates) factory.getProxy())
			.run((context) -> assertThat(context).getFailure().hasMessageContaining("on: It is @Async"));
	}

	static class Deprecates {

		@Deprecated
		@QueueListener(queues = "orders")
		void on(Order order) {
		}

	}

	@Test
	void refusesAFinalMethodBehindAProxy() {
		TestApplication.runner()
			.withBean(FinalMethod.class, () -> proxy(new FinalMethod()))
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(BrokerConfigurationException.class)
				.hasMessageContaining("FinalMethod.on: The proxy that Spring puts around its bean")
				.hasMessageContaining("not final"));
	}

	@Test
	void takesAFinalMethodWithoutAProxy() {
		TestApplication.runner()
			.withUserConfiguration(FinalMethod.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	static class FinalMethod {

		@QueueListener(queues = "orders", autoStartup = "false")
		public final void on(Order order) {
		}

	}

	@SuppressWarnings("unchecked")
	private static <T> T proxy(T target) {
		ProxyFactory factory = new ProxyFactory(target);
		factory.setProxyTargetClass(true);
		return (T) factory.getProxy();
	}

	@ParameterizedTest
	@ValueSource(classes = { TakesCollection.class, TakesSet.class, TakesArrayList.class, TakesIterable.class,
			TakesIterator.class, TakesStream.class })
	void refusesManyMessagesThatAreNoList(Class<?> listener) {
		assertRefused(listener, "Its parameter 1 is a java.util.", "only a List makes a batch", "Write List<T>");
	}

	static class TakesCollection {

		@StreamListener(streams = "orders", group = "billing")
		void on(Collection<Order> orders) {
		}

	}

	static class TakesSet {

		@QueueListener(queues = "orders")
		void on(Set<Order> orders) {
		}

	}

	static class TakesArrayList {

		@ChannelListener(channels = "orders")
		void on(ArrayList<Order> orders) {
		}

	}

	static class TakesIterable {

		@QueueListener(queues = "orders")
		void on(@Payload java.util.Queue<Order> orders) {
		}

	}

	static class TakesIterator {

		@QueueListener(queues = "orders")
		void on(Iterator<Order> orders) {
		}

	}

	static class TakesStream {

		@QueueListener(queues = "orders")
		void on(Stream<Order> orders) {
		}

	}

	@ParameterizedTest
	@ValueSource(classes = { TakesInterface.class, TakesBean.class, TakesRecordOfSpringData.class,
			TakesListOfInterfaces.class, TakesMessageOfInterface.class, TakesArrayOfInterfaces.class,
			TakesWithoutCreator.class })
	void refusesWhatJacksonCanMakeOfNoPayload(Class<?> listener) {
		assertRefused(listener, "Its parameter ", "Jackson can make no such object of any payload",
				"Take a record or another class");
	}

	interface Shape {

		double area();

	}

	static class TakesInterface {

		@QueueListener(queues = "orders")
		void on(Shape shape) {
		}

	}

	static class TakesBean {

		@QueueListener(queues = "orders")
		void on(Order order, ApplicationContext context) {
		}

	}

	static class TakesRecordOfSpringData {

		@StreamListener(streams = "orders", group = "billing")
		void on(ObjectRecord<String, Order> order) {
		}

	}

	static class TakesListOfInterfaces {

		@StreamListener(streams = "orders", group = "billing")
		void on(List<Shape> shapes) {
		}

	}

	static class TakesMessageOfInterface {

		@StreamListener(streams = "orders", group = "billing")
		void on(Message<Optional<Shape>> shape) {
		}

	}

	static class TakesArrayOfInterfaces {

		@ChannelListener(channels = "orders")
		void on(Shape[] shapes) {
		}

	}

	static class TakesWithoutCreator {

		@QueueListener(queues = "orders")
		void on(Point point) {
		}

	}

	static class Point {

		Point(int x, Shape shape) {
		}

	}

	@Test
	void refusesAMessageOfAnotherKind() {
		assertRefused(TakesGenericMessage.class, "Its parameter 1", "no message is made as that type",
				"Write Message<T>");
	}

	static class TakesGenericMessage {

		@QueueListener(queues = "orders")
		void on(GenericMessage<Order> order) {
		}

	}

	@Test
	void refusesHeadersThatAreNoMap() {
		assertRefused(TakesHeadersAsText.class, "Its parameter 2", "all headers come as a Map", "Write @Headers Map");
	}

	static class TakesHeadersAsText {

		@QueueListener(queues = "orders")
		void on(Order order, @Headers String headers) {
		}

	}

	@Test
	void refusesAnExpressionInPayload() {
		assertRefused(TakesExpression.class, "Its parameter 1", "an expression in @Payload", "evaluate it");
	}

	static class TakesExpression {

		@QueueListener(queues = "orders")
		void on(@Payload("item") String item) {
		}

	}

	@ParameterizedTest
	@ValueSource(classes = { TakesValid.class, TakesListOfValid.class, TakesMessageOfValid.class })
	void refusesValidationWithoutAValidator(Class<?> listener) {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(RedisBrokerAutoConfiguration.class, DataRedisAutoConfiguration.class))
			.withUserConfiguration(listener)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("there is no validator for its @Valid")
				.hasMessageContaining("spring-boot-starter-validation"));
	}

	static class TakesValid {

		@QueueListener(queues = "orders", autoStartup = "false")
		void on(@Valid Order order) {
		}

	}

	static class TakesListOfValid {

		@StreamListener(streams = "orders", group = "billing", autoStartup = "false")
		void on(List<@Valid Order> orders, List<Delivery> deliveries) {
		}

	}

	static class TakesMessageOfValid {

		@ChannelListener(channels = "orders", autoStartup = "false")
		void on(Message<List<@Valid Order>> orders) {
		}

	}

	@Test
	void refusesToGuessAmongMappers() {
		TestApplication.runner()
			.withBean("oneMapper", JsonMapper.class, JsonMapper::new)
			.withBean("otherMapper", JsonMapper.class, JsonMapper::new)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(BrokerConfigurationException.class)
				.hasMessageContaining("oneMapper")
				.hasMessageContaining("otherMapper")
				.hasMessageContaining("@Primary"));
	}

	static void assertRefused(Class<?> listener, String where, String problem, String action) {
		TestApplication.runner()
			.withUserConfiguration(listener)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(BrokerConfigurationException.class)
				.hasMessageContaining(where)
				.hasMessageContaining(problem)
				.hasMessageContaining(action));
	}

	record Order(@NotBlank String item) {

	}

}
