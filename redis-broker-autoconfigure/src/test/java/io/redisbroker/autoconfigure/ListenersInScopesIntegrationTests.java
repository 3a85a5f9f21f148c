package io.redisbroker.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.redisbroker.annotation.QueueListener;
import io.redisbroker.autoconfigure.ListenerBeanKindsIntegrationTests.Handler;
import io.redisbroker.autoconfigure.ListenerBeanKindsIntegrationTests.OrderHandler;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanDefinitionHolder;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Listeners on beans that have a scope.
 */
@WithRedis
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class ListenersInScopesIntegrationTests {

	private final Received received = new Received();

	private final TestScope scope = new TestScope();

	private ApplicationContextRunner runner;

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.runner = TestApplication.runner(redis)
			.withBean(Received.class, () -> this.received)
			.withInitializer((context) -> ((GenericApplicationContext) context).getBeanFactory()
				.registerScope("test", this.scope));
	}

	@Test
	void callsTheBeanThatAScopeHoldsNow() {
		for (ScopedProxyMode mode : List.of(ScopedProxyMode.TARGET_CLASS, ScopedProxyMode.INTERFACES)) {
			this.received.clear();
			Scoped.made.set(0);
			this.runner.withInitializer(scoped(Scoped.class, mode, "test")).run((context) -> {
				ListenerRegistry registry = context.getBean(ListenerRegistry.class);
				assertThat(registry.containers()).hasSize(1);
				send(context, "orders", "one");
				assertThat(this.received.await(1)).containsExactly("1 one");
				this.scope.clear();
				send(context, "orders", "two");
				assertThat(this.received.await(2)).containsExactly("1 one", "2 two");
				assertThat(registry.containers()).hasSize(1);
			});
			this.scope.clear();
		}
	}

	@Test
	void aListenerOfABeanInAScopeWithoutProxyEndsWithTheBean() {
		this.runner.withInitializer(scoped(Scoped.class, ScopedProxyMode.NO, "test")).run((context) -> {
			ListenerRegistry registry = context.getBean(ListenerRegistry.class);
			assertThat(registry.containers()).isEmpty();
			context.getBean("scoped");
			send(context, "orders", "one");
			assertThat(this.received.await(1)).hasSize(1);
			this.scope.clear();
			assertThat(registry.containers()).isEmpty();
			context.getBean("scoped");
			assertThat(registry.containers()).hasSize(1);
			send(context, "orders", "two");
			assertThat(this.received.await(2)).last().asString().endsWith(" two");
		});
	}

	@ParameterizedTest
	@EnumSource(names = "DEFAULT", mode = EnumSource.Mode.EXCLUDE)
	void refusesListenersInAScopeThatNoListenerThreadHas(ScopedProxyMode mode) {
		this.runner
			.withInitializer((context) -> ((GenericApplicationContext) context).getBeanFactory()
				.registerScope("request", this.scope))
			.withInitializer(scoped(Scoped.class, mode, "request"))
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(BrokerConfigurationException.class)
				.hasMessageContaining("Bean 'scoped' has listeners and the scope 'request'")
				.hasMessageContaining("to a singleton"));
	}

	@Test
	void tellsWhenListenersOfAScopeStart(CapturedOutput output) {
		this.runner.withInitializer(scoped(Scoped.class, ScopedProxyMode.NO, "test"))
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output)
			.contains("Bean 'scoped' has the scope 'test': its listeners start when such a bean is created");
	}

	@Test
	void tellsWhenListenersOfAScopeStartThatAnInterfaceHides(CapturedOutput output) {
		this.runner.withUserConfiguration(HiddenInScope.class).run((context) -> {
			assertThat(output).contains("Bean 'handler' of scope 'test' is declared by " + Handler.class.getName())
				.contains("Declare it by its class, and they start with the application");
			ListenerRegistry registry = context.getBean(ListenerRegistry.class);
			assertThat(registry.containers()).isEmpty();
			context.getBean(Handler.class).listen("direct");
			assertThat(registry.containers()).hasSize(1);
			send(context, "orders", "one");
			assertThat(this.received.await(2)).containsExactly("orders direct", "orders one");
		});
	}

	@Test
	void refusesListenersThatAnInterfaceHidesInAScopeOfTheWebWhenTheyShow(CapturedOutput output) {
		this.runner
			.withInitializer((context) -> ((GenericApplicationContext) context).getBeanFactory()
				.registerScope("request", this.scope))
			.withUserConfiguration(HiddenInRequest.class)
			.run((context) -> {
				assertThat(output).doesNotContain("Bean 'proxied'").doesNotContain("Bean 'plain'");
				for (int i = 0; i < 2; i++) {
					assertThatThrownBy(() -> context.getBean("proxied", Handler.class).listen("direct"))
						.hasStackTraceContaining("Bean 'proxied' has listeners and the scope 'request'");
					assertThatThrownBy(() -> context.getBean("plain"))
						.hasStackTraceContaining("Bean 'plain' has listeners and the scope 'request'");
				}
				assertThat(context.getBean(ListenerRegistry.class).containers()).isEmpty();
			});
	}

	@Configuration(proxyBeanMethods = false)
	static class HiddenInRequest {

		@Bean
		@Scope(scopeName = "request", proxyMode = ScopedProxyMode.INTERFACES)
		Handler proxied(Received received) {
			return new OrderHandler(received);
		}

		@Bean
		@Scope("request")
		Handler plain(Received received) {
			return new OrderHandler(received);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HiddenInScope {

		@Bean
		@Scope(scopeName = "test", proxyMode = ScopedProxyMode.INTERFACES)
		Handler handler(Received received) {
			return new OrderHandler(received);
		}

	}

	private static ApplicationContextInitializer<ConfigurableApplicationContext> scoped(Class<?> type,
			ScopedProxyMode mode, String scope) {
		return (context) -> {
			DefaultListableBeanFactory factory = (DefaultListableBeanFactory) context.getBeanFactory();
			var definition = BeanDefinitionBuilder.genericBeanDefinition(type).setScope(scope).getBeanDefinition();
			if (mode == ScopedProxyMode.NO) {
				factory.registerBeanDefinition("scoped", definition);
				return;
			}
			var proxy = ScopedProxyUtils.createScopedProxy(new BeanDefinitionHolder(definition, "scoped"), factory,
					mode == ScopedProxyMode.TARGET_CLASS);
			factory.registerBeanDefinition(proxy.getBeanName(), proxy.getBeanDefinition());
		};
	}

	static class Scoped implements Handler {

		static final AtomicInteger made = new AtomicInteger();

		private final int number = made.incrementAndGet();

		private @Nullable Received received;

		Scoped() {
		}

		@Autowired
		void setReceived(Received received) {
			this.received = received;
		}

		@Override
		@QueueListener(queues = "orders")
		public void listen(String order) {
			if (this.received != null) {
				this.received.add(this.number + " " + order);
			}
		}

	}

	private static void send(AssertableApplicationContext context, String queue, String payload) {
		context.getBean(RedisBroker.class).queue(queue).send(payload);
	}

	/** Holds beans until it is cleared. */
	static class TestScope implements org.springframework.beans.factory.config.Scope {

		private final Map<String, Object> beans = new ConcurrentHashMap<>();

		private final Map<String, Runnable> callbacks = new ConcurrentHashMap<>();

		void clear() {
			this.beans.clear();
			this.callbacks.values().forEach(Runnable::run);
			this.callbacks.clear();
		}

		@Override
		public synchronized Object get(String name, ObjectFactory<?> objectFactory) {
			Object bean = this.beans.get(name);
			if (bean == null) {
				bean = objectFactory.getObject();
				this.beans.put(name, bean);
			}
			return bean;
		}

		@Override
		public @Nullable Object remove(String name) {
			this.callbacks.remove(name);
			return this.beans.remove(name);
		}

		@Override
		public void registerDestructionCallback(String name, Runnable callback) {
			this.callbacks.put(name, callback);
		}

		@Override
		public @Nullable Object resolveContextualObject(String key) {
			return null;
		}

		@Override
		public @Nullable String getConversationId() {
			return null;
		}

	}

}
