package io.redisbroker.autoconfigure;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.redisbroker.annotation.StreamListener;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.message.BrokerHeaders;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.annotation.AliasFor;
import org.springframework.messaging.handler.annotation.Header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The places where {@link StreamListener} is allowed, and the values of its attributes.
 */
@WithRedis
class ListenerAnnotationIntegrationTests {

	private RedisServer redis;

	private ApplicationContextRunner runner;

	private final Received received = new Received();

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.redis = redis;
		this.runner = TestApplication.runner(redis).withBean(Received.class, () -> this.received);
	}

	@Test
	void resolvesPlaceholdersAndExpressionsInEveryTextAttribute() {
		this.runner
			.withPropertyValues("test.stream=orders", "test.more=invoices,refunds", "test.group=billing",
					"test.start=0", "test.delay=7s", "test.dlq=failures", "test.off=false")
			.withBean("names", List.class, () -> List.of("returns", "claims"))
			.withBean("one", String.class, () -> "consumer-one")
			.withBean(Resolved.class)
			.run((context) -> {
				ListenerContainer listener = context.getBean(ListenerRegistry.class)
					.container("id-orders")
					.orElseThrow();
				StreamEndpoint endpoint = (StreamEndpoint) listener.endpoint();
				assertThat(endpoint.sources()).containsExactly("orders", "invoices", "refunds", "returns", "claims");
				assertThat(endpoint.group()).isEqualTo("billing");
				assertThat(endpoint.consumer()).isEqualTo("consumer-one");
				assertThat(endpoint.startFrom().id()).isEqualTo("0");
				ListenerSettings settings = endpoint.settings();
				assertThat(settings.concurrency()).isEqualTo(3);
				assertThat(settings.batchSize()).isEqualTo(20);
				assertThat(settings.reclaimDelay()).hasSeconds(7);
				assertThat(settings.maxDeliveries()).isEqualTo(9);
				assertThat(settings.maxProcessingTime()).isEqualTo(Duration.ofSeconds(45));
				assertThat(settings.deadLetters()).isEqualTo("failures");
				assertThat(settings.autoStartup()).isFalse();
				assertThat(listener.isRunning()).isFalse();
			});
	}

	static class Resolved {

		@StreamListener(id = "id-${test.stream}", streams = { "${test.stream}", "${test.more}", "#{names}" },
				group = "${test.group}", consumer = "#{one}", startFrom = "${test.start}", concurrency = "#{1 + 2}",
				batchSize = "${test.absent:20}", reclaimDelay = "${test.delay}",
				maxProcessingTime = "${test.absent:45s}", maxDeliveries = "#{3 * 3}", deadLetters = "${test.dlq}",
				autoStartup = "${test.off}")
		void listen(String order) {
		}

	}

	@Test
	void registersAListenerPerAnnotation() {
		this.runner.withBean("repeated", Repeated.class).run((context) -> {
			send(context, "orders", "A1");
			assertThat(this.received.await(2)).containsExactlyInAnyOrder(List.of("A1", "repeated.listen"),
					List.of("A1", "repeated.listen-2"));
			assertThat(this.redis.commands().xinfoGroups("orders")).hasSize(2);
		});
	}

	static class Repeated extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		@StreamListener(streams = "orders", group = "shipping")
		void listen(String order, @Header(BrokerHeaders.LISTENER) String id) {
			this.received.add(order, id);
		}

	}

	@Test
	void takesAnAnnotationThatIsMadeOfIt() {
		this.runner.withBean(Composed.class).run((context) -> {
			send(context, "orders", "A1");
			assertThat(this.received.await(1)).containsExactly("A1");
			assertThat(this.redis.commands().xinfoGroups("orders")).asString().contains("billing");
		});
	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@StreamListener(group = "billing")
	@interface BillingListener {

		@AliasFor(annotation = StreamListener.class, attribute = "streams")
		String value();

	}

	static class Composed extends Listener {

		@BillingListener("orders")
		void listen(String order) {
			this.received.add(order);
		}

	}

	@Test
	void callsPrivateMethods() {
		this.runner.withBean(Private.class).run((context) -> {
			send(context, "orders", "A1");
			assertThat(this.received.await(1)).containsExactly("A1");
		});
	}

	static class Private extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		private void listen(String order) {
			this.received.add(order);
		}

	}

	@Test
	void callsClassesThroughTheirProxies() {
		AtomicInteger intercepted = new AtomicInteger();
		proxied(intercepted, true).withBean("listener", Public.class).run((context) -> {
			assertThat(AopUtils.isCglibProxy(context.getBean("listener"))).isTrue();
			send(context, "orders", "A1");
			assertThat(this.received.await(1)).containsExactly("A1");
			assertThat(intercepted).hasValue(1);
		});
	}

	@Test
	void callsInterfacesThroughTheirProxies() {
		AtomicInteger intercepted = new AtomicInteger();
		proxied(intercepted, false).withBean("listener", Public.class).run((context) -> {
			assertThat(AopUtils.isJdkDynamicProxy(context.getBean("listener"))).isTrue();
			send(context, "orders", "A1");
			assertThat(this.received.await(1)).containsExactly("A1");
			assertThat(intercepted).hasValue(1);
		});
	}

	private ApplicationContextRunner proxied(AtomicInteger intercepted, boolean classes) {
		MethodInterceptor counting = (invocation) -> {
			intercepted.incrementAndGet();
			return invocation.proceed();
		};
		return this.runner.withBean("counting", MethodInterceptor.class, () -> counting)
			.withBean(BeanNameAutoProxyCreator.class, () -> {
				BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
				creator.setBeanNames("listener");
				creator.setInterceptorNames("counting");
				creator.setProxyTargetClass(classes);
				return creator;
			});
	}

	/** The interface of a listener. */
	public interface OrderListener {

		void listen(String order);

	}

	static class Public extends Listener implements OrderListener {

		@Override
		@StreamListener(streams = "orders", group = "billing")
		public void listen(String order) {
			this.received.add(order);
		}

	}

	@Test
	void takesListenersThatAreRegisteredInCode() {
		this.runner.run((context) -> {
			ListenerContainer listener = context.getBean(ListenerRegistry.class)
				.register(StreamEndpoint.builder("in-code")
					.streams("orders")
					.group("billing")
					.handler(DeliveryHandler.of((delivery, acknowledgment) -> this.received.add(delivery.text()))));
			assertThat(listener.isRunning()).isTrue();
			send(context, "orders", "A1");
			assertThat(this.received.await(1)).containsExactly("A1");
			await().untilAsserted(
					() -> assertThat(this.redis.commands().xpending("orders", "billing").getCount()).isZero());
		});
	}

	@Test
	@EffectOf("redis-broker.key-prefix")
	void putsThePrefixBeforeEveryKey() {
		this.runner.withPropertyValues("redis-broker.key-prefix=eu-").withBean(Fails.class).run((context) -> {
			send(context, "orders", "A1");
			await().untilAsserted(() -> assertThat(this.redis.commands().keys("*"))
				.contains("eu-orders", "eu-named", "{eu-orders}:dlq", "eu-failures", "{eu-named}:takeovers:shipping")
				.allMatch((key) -> key.startsWith("eu-") || key.startsWith("{eu-")));
		});
	}

	static class Fails {

		@StreamListener(streams = "orders", group = "billing", maxDeliveries = "1")
		void fail(String order) {
			throw new IllegalStateException();
		}

		@StreamListener(streams = { "orders", "named" }, group = "shipping", maxDeliveries = "1",
				deadLetters = "failures")
		void failElsewhere(String order) {
			throw new IllegalStateException();
		}

	}

	@Test
	void namesConsumersAfterTheApplication() {
		this.runner.withPropertyValues("spring.application.name=shop")
			.withBean("private", Private.class)
			.run((context) -> {
				send(context, "orders", "A1");
				this.received.await(1);
				assertThat(this.redis.commands().xinfoConsumers("orders", "billing")).asString()
					.containsPattern("shop-.+:private.listen:[0-9a-z]+-[0-9a-z]+");
			});
	}

	private static void send(AssertableApplicationContext context, String stream, String payload) {
		context.getBean(RedisBroker.class).stream(stream).send(payload);
	}

	abstract static class Listener {

		@Autowired
		Received received;

	}

}
