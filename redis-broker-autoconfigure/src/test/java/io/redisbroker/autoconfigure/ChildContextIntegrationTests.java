package io.redisbroker.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Listeners in child contexts, with the Redis of the parent.
 */
@WithRedis
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class ChildContextIntegrationTests {

	private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();

	@AfterEach
	void closeChildrenFirst() {
		for (int i = this.contexts.size() - 1; i >= 0; i--) {
			this.contexts.get(i).close();
		}
	}

	@Test
	void consumesInAChildThatIsConfiguredAsItsParent(RedisServer redis) {
		ConfigurableApplicationContext parent = parent(redis);
		ConfigurableApplicationContext child = bootChild(parent, "--redis-broker.listeners.payments.concurrency=3");
		assertConsumes(parent, child);
		assertThat(parent.getBean(ListenerRegistry.class).container("payments").orElseThrow())
			.extracting((container) -> container.endpoint().settings().concurrency())
			.as("What the parent configures counts")
			.isEqualTo(2);
	}

	@Test
	void consumesInAChildThatHasNothingOfTheBroker(RedisServer redis) {
		ConfigurableApplicationContext parent = parent(redis);
		assertConsumes(parent, plainChild(parent));
	}

	@Test
	void consumesInSiblings(RedisServer redis) {
		ConfigurableApplicationContext parent = parent(redis);
		ConfigurableApplicationContext one = plainChild(parent);
		ConfigurableApplicationContext other = bootChild(parent, "--test.id=others");
		RedisBroker broker = parent.getBean(RedisBroker.class);
		broker.channel("news").publish("extra");
		assertThat(one.getBean(Received.class).await(1)).containsExactly("news extra");
		assertThat(other.getBean(Received.class).await(1)).containsExactly("news extra");
		one.close();
		broker.channel("news").publish("late");
		assertThat(other.getBean(Received.class).await(2)).containsExactly("news extra", "news late");
	}

	@Test
	void consumesInTheChildOfAChild(RedisServer redis) {
		ConfigurableApplicationContext parent = parent(redis);
		AnnotationConfigApplicationContext between = new AnnotationConfigApplicationContext();
		between.setParent(parent);
		between.refresh();
		this.contexts.add(between);
		assertConsumes(parent, plainChild(between));
	}

	@Test
	void endsTheListenersOfAChildBeforeItsBeans(RedisServer redis) throws Exception {
		ConfigurableApplicationContext parent = parent(redis);
		ConfigurableApplicationContext child = plainChild(parent);
		Slow slow = child.getBean(Slow.class);
		parent.getBean(RedisBroker.class).queue("slow").send("one");
		assertThat(slow.begun.await(20, TimeUnit.SECONDS)).isTrue();
		Thread closing = new Thread(child::close);
		closing.start();
		ListenerRegistry registry = parent.getBean(ListenerRegistry.class);
		ListenerContainer container = registry.container("slow.listen").orElseThrow();
		await().until(() -> !container.isRunning());
		assertThat(slow.destroyed).isFalse();
		slow.mayEnd.countDown();
		closing.join(20_000);
		assertThat(slow.handledBeforeDestruction).isTrue();
		assertThat(registry.containers()).isEmpty();
		assertConsumes(parent, plainChild(parent));
	}

	@Test
	void stopsAndStartsWithTheChild(RedisServer redis) {
		ConfigurableApplicationContext parent = parent(redis);
		ConfigurableApplicationContext child = plainChild(parent);
		ListenerRegistry registry = parent.getBean(ListenerRegistry.class);
		child.stop();
		assertThat(registry.containers()).isNotEmpty().noneMatch(ListenerContainer::isRunning);
		child.start();
		assertThat(registry.containers()).allMatch(ListenerContainer::isRunning);
		assertConsumes(parent, child);
	}

	@Test
	void doesNotMistakeConfigurationOfTheParent(RedisServer redis, CapturedOutput output) {
		ConfigurableApplicationContext parent = parent(redis);
		bootChild(parent);
		assertThat(output.toString().split("configures a listener that does not exist", -1))
			.as("The parent does not know its children yet, the child knows its parent")
			.hasSizeLessThanOrEqualTo(2);
	}

	private static void assertConsumes(ConfigurableApplicationContext parent, ConfigurableApplicationContext child) {
		RedisBroker broker = parent.getBean(RedisBroker.class);
		broker.queue("payments").send("A1");
		broker.stream("orders").send("A2");
		broker.channel("news").publish("A3");
		assertThat(child.getBean(Received.class).await(3)).containsExactlyInAnyOrder("payments A1", "orders A2",
				"news A3");
	}

	private ConfigurableApplicationContext parent(RedisServer redis) {
		String[] arguments = TestApplication.pairs(redis.springProperties());
		for (int i = 0; i < arguments.length; i++) {
			arguments[i] = "--" + arguments[i];
		}
		ConfigurableApplicationContext parent = new SpringApplicationBuilder(Parent.class).web(WebApplicationType.NONE)
			.properties("redis-broker.listeners.payments.concurrency=2")
			.run(arguments);
		this.contexts.add(parent);
		return parent;
	}

	private ConfigurableApplicationContext bootChild(ConfigurableApplicationContext parent, String... arguments) {
		ConfigurableApplicationContext child = new SpringApplicationBuilder(Child.class).web(WebApplicationType.NONE)
			.parent(parent)
			.run(arguments);
		this.contexts.add(child);
		return child;
	}

	private ConfigurableApplicationContext plainChild(ConfigurableApplicationContext parent) {
		AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext();
		child.setParent(parent);
		child.register(Listeners.class);
		child.refresh();
		this.contexts.add(child);
		return child;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Parent {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Listeners.class)
	static class Child {

	}

	@Configuration(proxyBeanMethods = false)
	static class Listeners {

		@Bean
		Received received() {
			return new Received();
		}

		@Bean
		Payments payments(Received received) {
			return new Payments(received);
		}

		@Bean
		Slow slow() {
			return new Slow();
		}

	}

	static class Payments {

		private final Received received;

		Payments(Received received) {
			this.received = received;
		}

		@QueueListener(id = "${test.id:payments}", queues = "payments")
		void pay(String order) {
			this.received.add("payments " + order);
		}

		@StreamListener(streams = "orders", group = "billing")
		void bill(String order) {
			this.received.add("orders " + order);
		}

		@ChannelListener(channels = "news")
		void read(String news) {
			this.received.add("news " + news);
		}

	}

	static class Slow implements DisposableBean {

		private final CountDownLatch begun = new CountDownLatch(1);

		private final CountDownLatch mayEnd = new CountDownLatch(1);

		private volatile boolean handled;

		private volatile boolean handledBeforeDestruction;

		private volatile boolean destroyed;

		@QueueListener(queues = "slow")
		void listen(String message) throws InterruptedException {
			this.begun.countDown();
			this.mayEnd.await();
			this.handled = true;
		}

		@Override
		public void destroy() {
			this.handledBeforeDestruction = this.handled;
			this.destroyed = true;
		}

	}

}
