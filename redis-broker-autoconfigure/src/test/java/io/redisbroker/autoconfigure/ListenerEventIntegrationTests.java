package io.redisbroker.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.redisbroker.annotation.StreamListener;
import io.redisbroker.deadletter.DeadLetter.Reason;
import io.redisbroker.event.DeadLetteredEvent;
import io.redisbroker.event.ListenerEvent;
import io.redisbroker.event.ListenerGaveUpEvent;
import io.redisbroker.event.ListenerStartedEvent;
import io.redisbroker.event.ListenerStoppedEvent;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Events and health tell an application about its listeners.
 */
@WithRedis(perMethod = true, persistent = true)
class ListenerEventIntegrationTests {

	private RedisServer redis;

	private ApplicationContextRunner runner;

	private final Events events = new Events();

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.redis = redis;
		this.runner = TestApplication.runner(redis)
			.withPropertyValues("redis-broker.preflight=off")
			.withBean(Events.class, () -> this.events)
			.withBean(Listener.class);
	}

	@Test
	void listenersStartAndStopWithTheApplication() {
		this.runner.run((context) -> await()
			.untilAsserted(() -> assertThat(this.events.heard).containsExactly(new ListenerStartedEvent("billing"))));
		assertThat(this.events.heard).containsExactly(new ListenerStartedEvent("billing"),
				new ListenerStoppedEvent("billing"));
	}

	@Test
	void listenersAreStoppedAndStartedByHand() {
		this.runner.run((context) -> {
			ListenerContainer billing = billing(context);
			billing.stop(Duration.ofSeconds(5)).join();
			billing.stop(Duration.ofSeconds(5)).join();
			billing.start().join();
			billing.start().join();
			await()
				.untilAsserted(() -> assertThat(this.events.heard).containsExactly(new ListenerStartedEvent("billing"),
						new ListenerStoppedEvent("billing"), new ListenerStartedEvent("billing")));
		});
	}

	@Test
	void aMessageBecomesADeadLetter() {
		this.runner.withPropertyValues("redis-broker.listeners.billing.max-deliveries=1").run((context) -> {
			String id = context.getBean(RedisBroker.class).stream("orders").send("bad");
			await().untilAsserted(() -> assertThat(this.events.heard).last()
				.isInstanceOfSatisfying(DeadLetteredEvent.class, (event) -> {
					assertThat(event.listenerId()).isEqualTo("billing");
					assertThat(event.delivery().source()).isEqualTo("orders");
					assertThat(event.delivery().id()).isEqualTo(id);
					assertThat(event.letter().reason()).isEqualTo(Reason.DELIVERIES_EXHAUSTED);
					assertThat(event.letter().failure()).hasMessage("as asked");
				}));
		});
	}

	@Test
	void aListenerGivesUpWhatItCanNeverDo() {
		this.redis.commands().set("orders", "not a stream");
		this.redis.stop();
		this.runner.withPropertyValues("spring.data.redis.timeout=1s", "redis-broker.health.down-after=1m")
			.run((context) -> {
				assertThat(health(context).getStatus()).isEqualTo(Status.UP);
				this.redis.restart();
				await().untilAsserted(() -> assertThat(this.events.heard).last()
					.isInstanceOfSatisfying(ListenerGaveUpEvent.class, (event) -> {
						assertThat(event.listenerId()).isEqualTo("billing");
						assertThat(event.cause()).hasMessageContaining("is not a stream");
					}));
				assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
				assertThat(health(context).getDetails().get("listeners").toString()).contains("state=gave up",
						"is not a stream");
				this.redis.commands().del("orders");
				billing(context).start().join();
				assertThat(health(context).getStatus()).isEqualTo(Status.UP);
			});
	}

	@Test
	void healthIsDownAfterAWhileWithoutRedisAndUpAgainWithIt() {
		this.runner.withPropertyValues("redis-broker.health.down-after=500ms").run((context) -> {
			assertThat(health(context).getStatus()).isEqualTo(Status.UP);
			this.redis.stop();
			await().untilAsserted(() -> assertThat(health(context).getStatus()).isEqualTo(Status.DOWN));
			this.redis.restart();
			await().untilAsserted(() -> assertThat(health(context).getStatus()).isEqualTo(Status.UP));
		});
	}

	@Test
	void slowAndFailingEventListenersHoldUpNoListener() {
		CountDownLatch slow = new CountDownLatch(1);
		this.events.slow = slow;
		this.runner.withPropertyValues("redis-broker.listeners.billing.max-deliveries=1").run((context) -> {
			context.getBean(RedisBroker.class).stream("orders").sendAll(List.of("bad", "worse"));
			await().untilAsserted(() -> assertThat(this.redis.commands().xlen("{orders}:dlq")).isEqualTo(2));
			assertThat(this.events.heard).isEmpty();
			slow.countDown();
			await().untilAsserted(() -> assertThat(this.events.heard).hasSize(3));
		});
	}

	private static ListenerContainer billing(ApplicationContext context) {
		return context.getBean(ListenerRegistry.class).container("billing").orElseThrow();
	}

	private static Health health(ApplicationContext context) {
		return context.getBean(HealthIndicator.class).health();
	}

	static class Events {

		private final Queue<ListenerEvent> heard = new ConcurrentLinkedQueue<>();

		private volatile CountDownLatch slow = new CountDownLatch(0);

		@EventListener
		void on(ListenerEvent event) throws InterruptedException {
			this.slow.await(30, TimeUnit.SECONDS);
			this.heard.add(event);
			throw new IllegalStateException("as asked");
		}

	}

	static class Listener {

		@StreamListener(streams = "orders", group = "billing", id = "billing")
		void listen(String order) {
			throw new IllegalStateException("as asked");
		}

	}

}
