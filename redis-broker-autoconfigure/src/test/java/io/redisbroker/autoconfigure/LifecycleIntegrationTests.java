package io.redisbroker.autoconfigure;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.redisbroker.annotation.StreamListener;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerRegistry;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.SmartLifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Listeners start and stop with their application.
 */
@WithRedis
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class LifecycleIntegrationTests {

	private final Working working = new Working();

	@Test
	void startsAndStopsAListenerWhenItIsTold(RedisServer redis) {
		TestApplication.runner(redis)
			.withPropertyValues("redis-broker.listener.auto-startup=false")
			.withBean(Working.class, () -> this.working)
			.run((context) -> {
				ListenerContainer listener = context.getBean(ListenerRegistry.class).container("working").orElseThrow();
				assertThat(listener.isRunning()).isFalse();
				this.working.mayEnd.countDown();
				RedisBroker broker = context.getBean(RedisBroker.class);
				broker.stream("orders").send("one");
				listener.start().join();
				assertThat(listener.isRunning()).isTrue();
				assertThat(this.working.ended.await(1)).containsExactly("one");
				listener.stop(Duration.ofSeconds(5)).join();
				assertThat(listener.isRunning()).isFalse();
				broker.stream("orders").send("two");
				listener.start().join();
				assertThat(this.working.ended.await(2)).containsExactly("one", "two");
			});
	}

	@Test
	void letsWhatRunsEndAndAcknowledgesItBeforeTheApplicationEnds(RedisServer redis) throws Exception {
		letsWhatRunsEnd(redis, TestApplication.runner(redis).withBean(Working.class, () -> this.working));
	}

	/** Spring stops it together with the registry that it depends on. */
	@Test
	void letsWhatRunsEndWhereALifecycleBeanOfAnEarlierPhaseHasTheRegistry(RedisServer redis) throws Exception {
		letsWhatRunsEnd(redis,
				TestApplication.runner(redis).withBean(Working.class, () -> this.working).withBean(Registering.class));
	}

	private void letsWhatRunsEnd(RedisServer redis, ApplicationContextRunner runner) throws Exception {
		List<CompletableFuture<Void>> closing = new ArrayList<>();
		runner.run((context) -> {
			context.getBean(RedisBroker.class).stream("orders").send("one");
			assertThat(this.working.begun.await(20, TimeUnit.SECONDS)).isTrue();
			ListenerRegistry registry = context.getBean(ListenerRegistry.class);
			closing.add(CompletableFuture.runAsync(context.getSourceApplicationContext()::close));
			await().until(() -> !registry.isRunning());
			// nor does a bean that the listener needs end meanwhile
			await().during(Duration.ofSeconds(1)).until(() -> !closing.get(0).isDone());
			this.working.mayEnd.countDown();
			closing.get(0).get(20, TimeUnit.SECONDS);
		});
		assertThat(this.working.ended.calls()).containsExactly("one");
		assertThat(redis.commands().xpending("orders", "billing").getCount()).isZero();
		assertThat(redis.commands().xinfoConsumers("orders", "billing")).isEmpty();
	}

	@Test
	void interruptsWhatRunsLongerThanTheApplicationMayTakeToEnd(RedisServer redis) throws Exception {
		TestApplication.runner(redis)
			.withPropertyValues("spring.lifecycle.timeout-per-shutdown-phase=1s")
			.withBean(Working.class, () -> this.working)
			.run((context) -> {
				context.getBean(RedisBroker.class).stream("orders").send("one");
				assertThat(this.working.begun.await(20, TimeUnit.SECONDS)).isTrue();
				// the default timeout is 30 s
				CompletableFuture.runAsync(context.getSourceApplicationContext()::close).get(20, TimeUnit.SECONDS);
			});
		assertThat(this.working.interrupted.await(20, TimeUnit.SECONDS)).isTrue();
		assertThat(this.working.ended.calls()).isEmpty();
		assertThat(redis.commands().xpending("orders", "billing").getCount()).isOne();
	}

	@Test
	void endsWithoutAWarning(RedisServer redis, CapturedOutput output) {
		// clients of tests before this one may still look for their servers
		int before = output.length();
		this.working.mayEnd.countDown();
		TestApplication.runner(redis)
			.withPropertyValues("redis-broker.preflight=off")
			.withBean(Working.class, () -> this.working)
			.run((context) -> {
				context.getBean(RedisBroker.class).stream("orders").send("one");
				this.working.ended.await(1);
			});
		assertThat(output.toString().substring(before)).contains("has stopped")
			.doesNotContain("WARN")
			.doesNotContain("ERROR");
	}

	@Test
	void connectsBeforeTheListenersStart(RedisServer redis) {
		this.working.mayEnd.countDown();
		long before = connections(redis);
		TestApplication.runner(redis)
			.withBean(Working.class, () -> this.working)
			.withBean("late", SmartInitializingSingleton.class,
					() -> () -> await().until(() -> connections(redis) > before))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void doesNotConnectWithoutListeners(RedisServer redis) {
		long before = connections(redis);
		TestApplication.runner(redis)
			.run((context) -> await().during(Duration.ofMillis(500)).until(() -> connections(redis) == before));
	}

	private static long connections(RedisServer redis) {
		return Long.parseLong(redis.info("stats").get("total_connections_received"));
	}

	@Test
	void isUnhealthyWhileRedisIsAway(RedisServer redis) {
		TestApplication.runner(redis)
			.withPropertyValues("redis-broker.health.down-after=100ms")
			.withBean(Working.class, () -> this.working)
			.run((context) -> {
				HealthIndicator health = context.getBean(HealthIndicator.class);
				assertThat(health.health().getStatus()).isEqualTo(Status.UP);
				redis.kill();
				await().untilAsserted(() -> assertThat(health.health().getStatus()).isEqualTo(Status.DOWN));
				assertThat(health.health().getDetails()).extractingByKey("listeners")
					.asString()
					.contains("state=disconnected", "missing=[orders]");
				redis.restart();
				await().untilAsserted(() -> assertThat(health.health().getStatus()).isEqualTo(Status.UP));
			});
	}

	@Test
	void keepsAnApplicationAliveThatOnlyListens(RedisServer redis) throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), OnlyListens.class.getName(),
				"--spring.data.redis.port=" + redis.port())
			.redirectErrorStream(true)
			.start();
		try {
			List<String> lines = new ArrayList<>();
			readUntil(process, OnlyListens.MAIN_RETURNED, lines);
			redis.commands().xadd("orders", "payload", "one");
			readUntil(process, OnlyListens.HANDLED + "one", lines);
			process.destroy();
			assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
		}
		finally {
			process.destroyForcibly();
		}
	}

	private static void readUntil(Process process, String wanted, List<String> lines) throws IOException {
		BufferedReader output = process.inputReader();
		String line;
		while ((line = output.readLine()) != null) {
			lines.add(line);
			if (line.contains(wanted)) {
				return;
			}
		}
		assertThat(lines).as("Output of a process that has ended").contains(wanted);
	}

	/** Registers listeners while it runs, for example one for each tenant. */
	static class Registering implements SmartLifecycle {

		private volatile boolean running;

		Registering(ListenerRegistry registry) {
		}

		@Override
		public void start() {
			this.running = true;
		}

		@Override
		public void stop() {
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		@Override
		public int getPhase() {
			return 0;
		}

	}

	static class Working {

		private final CountDownLatch begun = new CountDownLatch(1);

		private final CountDownLatch mayEnd = new CountDownLatch(1);

		private final CountDownLatch interrupted = new CountDownLatch(1);

		private final Received ended = new Received();

		@StreamListener(id = "working", streams = "orders", group = "billing")
		void listen(String order) throws InterruptedException {
			this.begun.countDown();
			try {
				this.mayEnd.await();
			}
			catch (InterruptedException ex) {
				this.interrupted.countDown();
				throw ex;
			}
			this.ended.add(order);
		}

	}

}
