package io.redisbroker.autoconfigure;

import io.redisbroker.annotation.StreamListener;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The kind of thread on which a listener is called.
 */
@WithRedis
class ThreadingIntegrationTests {

	private final Received received = new Received();

	@Test
	void callsAListenerOnAPlatformThread(RedisServer redis) {
		assertThat(threadOfListener(TestApplication.runner(redis))).startsWith("Thread[").contains("caught.listen-");
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void callsAListenerOnAVirtualThread(RedisServer redis) {
		assertThat(threadOfListener(virtual(redis))).startsWith("VirtualThread[").contains("caught.listen-");
	}

	@Test
	@EnabledForJreRange(max = JRE.JAVA_20)
	void callsAListenerOnAPlatformThreadWhereThereAreNoVirtualOnes(RedisServer redis) {
		assertThat(threadOfListener(virtual(redis))).startsWith("Thread[").contains("caught.listen-");
	}

	private static ApplicationContextRunner virtual(RedisServer redis) {
		return TestApplication.runner(redis).withPropertyValues("spring.threads.virtual.enabled=true");
	}

	private String threadOfListener(ApplicationContextRunner runner) {
		runner.withBean("caught", Listener.class, () -> new Listener(this.received)).run((context) -> {
			context.getBean(RedisBroker.class).stream("orders").send("one");
			this.received.await(1);
		});
		return (String) this.received.calls().get(0);
	}

	static class Listener {

		private final Received received;

		Listener(Received received) {
			this.received = received;
		}

		@StreamListener(streams = "orders", group = "billing")
		void listen(String order) {
			this.received.add(Thread.currentThread().toString());
		}

	}

}
