package io.redisbroker.autoconfigure;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Listeners on all kinds of beans.
 */
@WithRedis
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class ListenerBeanKindsIntegrationTests {

	private final Received received = new Received();

	private ApplicationContextRunner runner;

	private RedisServer redis;

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.redis = redis;
		this.runner = TestApplication.runner(redis).withBean(Received.class, () -> this.received);
	}

	private ApplicationContextRunner lazy() {
		return this.runner.withInitializer(
				(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()));
	}

	@Test
	void consumesWhereBeansAreLazyAndDeclaredByAnInterface() {
		lazy().withUserConfiguration(ByInterface.class).run((context) -> {
			send(context, "orders", "one");
			assertThat(this.received.await(1)).containsExactly("orders one");
			assertThat(context.getBeanFactory().containsSingleton("unrelated")).as("What stays lazy").isFalse();
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class ByInterface {

		@Bean
		Handler handler(Received received) {
			return new OrderHandler(received);
		}

		@Bean
		String unrelated() {
			return "unrelated";
		}

	}

	@Test
	void tellsOfListenersOnBeansThatWantToBeLazy(CapturedOutput output) {
		this.runner.withUserConfiguration(Unhurried.class).run((context) -> {
			ListenerRegistry registry = context.getBean(ListenerRegistry.class);
			assertThat(registry.containers()).isEmpty();
			assertThat(output).contains("Bean 'handler' is lazy: its listeners start when the bean is first used");
			context.getBean("handler");
			send(context, "orders", "one");
			assertThat(this.received.await(1)).containsExactly("orders one");
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class Unhurried {

		@Bean
		@Lazy
		OrderHandler handler(Received received) {
			return new OrderHandler(received);
		}

	}

	@Test
	void consumesOnWhatAFactoryBeanMakes() {
		this.runner.withBean("handler", HandlerFactory.class).run((context) -> {
			send(context, "orders", "one");
			assertThat(this.received.await(1)).containsExactly("orders one");
			assertThat(context.getBean(ListenerRegistry.class).container("handler.listen")).isPresent();
		});
		lazy().withBean("handler", HandlerFactory.class)
			.run((context) -> assertThat(context.getBean(ListenerRegistry.class).containers()).hasSize(1));
	}

	@Test
	void consumesOnWhatAFactoryBeanMakesAsAnInterface() {
		for (Class<? extends FactoryBean<?>> factory : List.of(ByInterfaceFactory.class, ByNothingFactory.class)) {
			this.received.clear();
			this.runner.withBean("handler", factory).run((context) -> {
				send(context, "orders", "one");
				assertThat(this.received.await(1)).containsExactly("orders one");
			});
		}
		lazy().withBean("handler", ByInterfaceFactory.class)
			.run((context) -> assertThat(context.getBean(ListenerRegistry.class).containers()).hasSize(1));
	}

	static class ByInterfaceFactory implements FactoryBean<Handler> {

		private final Received received;

		ByInterfaceFactory(Received received) {
			this.received = received;
		}

		@Override
		public Handler getObject() {
			return new OrderHandler(this.received);
		}

		@Override
		public Class<?> getObjectType() {
			return Handler.class;
		}

	}

	static class ByNothingFactory implements FactoryBean<Object> {

		private final Received received;

		ByNothingFactory(Received received) {
			this.received = received;
		}

		@Override
		public Object getObject() {
			return new OrderHandler(this.received);
		}

		@Override
		public @Nullable Class<?> getObjectType() {
			return null;
		}

	}

	static class HandlerFactory implements FactoryBean<OrderHandler> {

		private final Received received;

		HandlerFactory(Received received) {
			this.received = received;
		}

		@Override
		public OrderHandler getObject() {
			return new OrderHandler(this.received);
		}

		@Override
		public Class<?> getObjectType() {
			return OrderHandler.class;
		}

	}

	@Test
	void consumesOnConfigurationClasses() {
		this.runner.withUserConfiguration(Configured.class).run((context) -> {
			send(context, "orders", "one");
			assertThat(this.received.await(1)).containsExactly("orders one");
		});
	}

	@Configuration
	static class Configured {

		@Autowired
		@Nullable Received received;

		@Bean
		String proxied() {
			return "so that the class is enhanced";
		}

		@QueueListener(queues = "orders")
		void listen(String order) {
			if (this.received != null) {
				this.received.add("orders " + order);
			}
		}

	}

	@Test
	void everyPrototypeListensUntilItIsDestroyed() {
		this.runner.withInitializer((context) -> ((GenericApplicationContext) context).registerBeanDefinition("tenant",
				BeanDefinitionBuilder.genericBeanDefinition(Tenant.class).setScope("prototype").getBeanDefinition()))
			.run((context) -> {
				ListenerRegistry registry = context.getBean(ListenerRegistry.class);
				assertThat(registry.containers()).isEmpty();
				Object one = context.getBean("tenant", "one");
				Object two = context.getBean("tenant", "two");
				assertThat(registry.container("one")).isPresent();
				assertThat(registry.container("two")).isPresent();
				send(context, "queue-one", "A1");
				send(context, "queue-two", "A2");
				assertThat(this.received.await(2)).containsExactlyInAnyOrder("one A1", "two A2");
				context.getBeanFactory().destroyBean(one);
				assertThat(registry.containers()).extracting((each) -> each.endpoint().id()).containsExactly("two");
				context.getBeanFactory().destroyBean(two);
				assertThat(registry.containers()).isEmpty();
			});
	}

	@Test
	void aPrototypeCanDestroyItself() {
		this.runner
			.withInitializer((context) -> ((GenericApplicationContext) context).registerBeanDefinition("once",
					BeanDefinitionBuilder.genericBeanDefinition(Once.class).setScope("prototype").getBeanDefinition()))
			.run((context) -> {
				context.getBean("once");
				send(context, "orders", "one");
				assertThat(this.received.await(1)).containsExactly("one");
				ListenerRegistry registry = context.getBean(ListenerRegistry.class);
				await().untilAsserted(() -> assertThat(registry.containers()).isEmpty());
				await().untilAsserted(() -> assertThat(this.redis.commands().keys("*")).as("Nothing is held any more")
					.containsExactlyInAnyOrder("{orders}:sequence", "{orders}:takeovers"));
			});
	}

	static class Once {

		@Autowired
		@Nullable Received received;

		@Autowired
		@Nullable ConfigurableListableBeanFactory beanFactory;

		@QueueListener(queues = "orders")
		void listen(String order) {
			long started = System.nanoTime();
			if (this.beanFactory != null && this.received != null) {
				this.beanFactory.destroyBean(this);
				this.received.add((System.nanoTime() - started < 10_000_000_000L) ? order : "blocked");
			}
		}

	}

	static class Tenant {

		private final String name;

		@Autowired
		@Nullable Received received;

		Tenant(String name) {
			this.name = name;
		}

		public String getName() {
			return this.name;
		}

		@QueueListener(id = "#{__listener.name}", queues = "queue-#{__listener.name}")
		void listen(String order) {
			if (this.received != null) {
				this.received.add(this.name + " " + order);
			}
		}

	}

	@Test
	void twoBeansOfAClassHaveTheirOwnSources() {
		this.runner.withBean("eu", Tenant.class, () -> new Tenant("eu"))
			.withBean("us", Tenant.class, () -> new Tenant("us"))
			.run((context) -> {
				send(context, "queue-eu", "A1");
				send(context, "queue-us", "A2");
				assertThat(this.received.await(2)).containsExactlyInAnyOrder("eu A1", "us A2");
			});
	}

	@Test
	void saysHowTwoBeansOfAClassCanDiffer() {
		this.runner.withBean("one", Named.class)
			.withBean("two", Named.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("Two listeners have the id 'same'")
				.hasMessageContaining("#{__listener.name}"));
	}

	static class Named {

		@QueueListener(id = "same", queues = "orders")
		void listen(String order) {
		}

	}

	@Test
	void theNearerAnnotationReplacesThoseOfOverriddenMethods() {
		this.runner.withBean("sub", Sub.class).run((context) -> {
			assertThat(context.getBean(ListenerRegistry.class).containers()).hasSize(3)
				.flatExtracting((each) -> each.endpoint().sources())
				.containsExactlyInAnyOrder("nearer", "inherited", "stream");
			send(context, "nearer", "one");
			send(context, "inherited", "two");
			assertThat(this.received.await(2)).containsExactlyInAnyOrder("sub one", "sub two");
		});
	}

	interface Contract {

		@QueueListener(queues = "contract")
		void on(String order);

	}

	abstract static class Base implements Contract {

		@Autowired
		@Nullable Received received;

		@Override
		@QueueListener(queues = "farther")
		@QueueListener(queues = "farther-still")
		public void on(String order) {
		}

		@QueueListener(queues = "inherited")
		public void inherited(String order) {
		}

		@ChannelListener(channels = "channel")
		public void other(String order) {
		}

	}

	static class Sub extends Base {

		@Override
		@QueueListener(queues = "nearer")
		public void on(String order) {
			add("sub " + order);
		}

		@Override
		public void inherited(String order) {
			add("sub " + order);
		}

		@Override
		@StreamListener(streams = "stream", group = "group")
		public void other(String order) {
		}

		private void add(String call) {
			if (this.received != null) {
				this.received.add(call);
			}
		}

	}

	@Test
	void callsABeanThatHasItselfThroughItsProxy() {
		AtomicInteger intercepted = new AtomicInteger();
		MethodInterceptor counting = (invocation) -> {
			intercepted.incrementAndGet();
			return invocation.proceed();
		};
		for (boolean late : new boolean[] { false, true }) {
			intercepted.set(0);
			this.received.clear();
			this.runner.withAllowCircularReferences(true)
				.withBean("counting", MethodInterceptor.class, () -> counting)
				.withBean(BeanNameAutoProxyCreator.class, () -> {
					BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
					creator.setBeanNames("listener");
					creator.setInterceptorNames("counting");
					creator.setProxyTargetClass(true);
					return creator;
				})
				.withBean("listener", HasItself.class, HasItself::new, (definition) -> definition.setLazyInit(late))
				.run((context) -> {
					context.getBean("listener");
					send(context, "orders", "one");
					assertThat(this.received.await(1)).containsExactly("one");
					assertThat(intercepted).hasValue(1);
				});
		}
	}

	static class HasItself {

		@Autowired
		@Nullable HasItself self;

		@Autowired
		@Nullable Received received;

		@QueueListener(queues = "orders")
		public void listen(String order) {
			if (this.received != null) {
				this.received.add(order);
			}
		}

	}

	@Test
	void refusesAMethodThatAProxyHides() {
		this.runner.withBean(BeanNameAutoProxyCreator.class, () -> {
			BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
			creator.setBeanNames("listener");
			creator.setInterceptorNames("counting");
			return creator;
		})
			.withBean("counting", MethodInterceptor.class, () -> (invocation) -> invocation.proceed())
			.withBean("listener", Hidden.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(BrokerConfigurationException.class)
				.hasMessageContaining("Hidden.hidden can't be called through the proxy of bean 'listener'"));
	}

	static class Hidden implements Handler {

		@Override
		public void listen(String order) {
		}

		@QueueListener(queues = "orders")
		public void hidden(String order) {
		}

	}

	@Test
	void consumesOnBeansThatAreDefinedLaterUntilTheyAreRemoved() {
		this.runner.run((context) -> {
			DefaultListableBeanFactory factory = (DefaultListableBeanFactory) context.getBeanFactory();
			ListenerRegistry registry = context.getBean(ListenerRegistry.class);
			for (int round = 1; round <= 2; round++) {
				factory.registerBeanDefinition("late",
						BeanDefinitionBuilder.genericBeanDefinition(OrderHandler.class)
							.addConstructorArgValue(this.received)
							.getBeanDefinition());
				context.getBean("late");
				send(context, "orders", "round " + round);
				assertThat(this.received.await(round)).endsWith("orders round " + round);
				factory.removeBeanDefinition("late");
				assertThat(registry.containers()).isEmpty();
			}
		});
	}

	private static void send(AssertableApplicationContext context, String queue, String payload) {
		context.getBean(RedisBroker.class).queue(queue).send(payload);
	}

	/** Does not show the annotation. */
	public interface Handler {

		void listen(String order);

	}

	static class OrderHandler implements Handler {

		private final Received received;

		OrderHandler(Received received) {
			this.received = received;
		}

		@Override
		@QueueListener(queues = "orders")
		public void listen(String order) {
			this.received.add("orders " + order);
		}

	}

}
