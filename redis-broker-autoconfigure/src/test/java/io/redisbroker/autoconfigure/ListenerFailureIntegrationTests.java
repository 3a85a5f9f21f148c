package io.redisbroker.autoconfigure;

import java.util.Map;

import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.Range;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.listener.ListenerErrorHandler;
import io.redisbroker.listener.ListenerInterceptor;
import io.redisbroker.retry.FailurePolicy;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.Ordered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Events, meters and health after failures of listeners, and while Redis keeps a listener
 * from working.
 */
@WithRedis
class ListenerFailureIntegrationTests {

	private RedisServer redis;

	private ApplicationContextRunner runner;

	private final Received received = new Received();

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.redis = redis;
		this.runner = TestApplication.runner(redis)
			.withBean(Received.class, () -> this.received)
			.withPropertyValues("redis-broker.listener.max-deliveries=1");
	}

	@Test
	void keepsTypeMessageAndStackOfWhatWasThrown() {
		this.runner.withBean(ThrowsChecked.class).run((context) -> {
			context.getBean(RedisBroker.class).stream("orders").send("A1");
			assertThat(deadLetter()).containsEntry("dead-letter-exception", OrderException.class.getName())
				.containsEntry("dead-letter-message", "No such order: A1")
				.hasEntrySatisfying("dead-letter-stack-trace",
						(trace) -> assertThat(trace).startsWith(OrderException.class.getName() + ": No such order: A1")
							.contains("at " + ThrowsChecked.class.getName() + ".listen(")
							.contains("Caused by: java.lang.IllegalStateException: The table is empty")
							.doesNotContain("InvocationTargetException"));
		});
	}

	@Test
	void asksErrorHandlersAndCallsInterceptorsThatAreBeans() {
		this.runner.withBean(ThrowsChecked.class)
			.withBean("inner", ListenerInterceptor.class, () -> new Intercepting(2))
			.withBean("outer", ListenerInterceptor.class, () -> new Intercepting(1))
			.withBean(ListenerErrorHandler.class,
					() -> (listener, delivery, failure) -> failure.getMessage().endsWith("A1")
							? new FailurePolicy.Drop() : null)
			.run((context) -> {
				context.getBean(RedisBroker.class).stream("orders").send("A1");
				context.getBean(RedisBroker.class).stream("orders").send("A2");
				assertThat(deadLetter()).containsEntry("payload", "A2");
				assertThat(this.received.await(4)).containsExactly("interceptor 1", "interceptor 2", "interceptor 1",
						"interceptor 2");
			});
	}

	private final class Intercepting implements ListenerInterceptor, Ordered {

		private final int order;

		private Intercepting(int order) {
			this.order = order;
		}

		@Override
		public void intercept(Invocation invocation) throws Throwable {
			ListenerFailureIntegrationTests.this.received.add("interceptor " + this.order);
			invocation.proceed();
		}

		@Override
		public int getOrder() {
			return this.order;
		}

	}

	static class ThrowsChecked extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void listen(String order) throws OrderException {
			throw new OrderException("No such order: " + order, new IllegalStateException("The table is empty"));
		}

	}

	@Test
	void goesOnAfterAnError() {
		this.runner.withBean(ThrowsError.class).run((context) -> {
			context.getBean(RedisBroker.class).stream("orders").send("bad");
			context.getBean(RedisBroker.class).stream("orders").send("good");
			assertThat(this.received.await(1)).containsExactly("good");
			assertThat(deadLetter()).containsEntry("dead-letter-exception", StackOverflowError.class.getName());
		});
	}

	static class ThrowsError extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void listen(String order) {
			if (order.equals("bad")) {
				throw new StackOverflowError();
			}
			this.received.add(order);
		}

	}

	@Test
	void saysAtStartThatAKeyIsNoStream() {
		this.redis.commands().set("orders", "some text");
		this.runner.withBean(ThrowsError.class).run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("the key 'orders' is not a stream");
			assertThat(analysis.getAction()).contains("Name another stream, or delete or rename the key");
		});
	}

	@Test
	void saysAtStartWhichRightsAreMissing() {
		this.redis.commands()
			.aclSetuser("shop", AclSetuserArgs.Builder.on().addPassword("secret").keyPattern("invoices").allCommands());
		this.runner.withBean(ThrowsError.class)
			.withPropertyValues("spring.data.redis.username=shop", "spring.data.redis.password=secret")
			.run((context) -> {
				FailureAnalysis analysis = analyze(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains("'orders'", "NOPERM");
				assertThat(analysis.getAction()).contains("ACL SETUSER", "~orders", "~{orders}:*");
			});
	}

	private static FailureAnalysis analyze(Throwable failure) {
		assertThat(failure).isNotNull();
		FailureAnalysis analysis = new BrokerConfigurationFailureAnalyzer().analyze(failure);
		assertThat(analysis).as("Analysis of " + failure).isNotNull();
		return analysis;
	}

	private Map<String, String> deadLetter() {
		await().untilAsserted(() -> assertThat(this.redis.commands().xlen("{orders}:dlq")).isEqualTo(1));
		return this.redis.commands().xrange("{orders}:dlq", Range.unbounded()).get(0).getBody();
	}

	abstract static class Listener {

		@Autowired
		Received received;

	}

	static class OrderException extends Exception {

		OrderException(String message, Throwable cause) {
			super(message, cause);
		}

	}

}
