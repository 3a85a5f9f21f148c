package io.redisbroker.autoconfigure;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.lettuce.core.Consumer;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.retry.ProcessingTimeoutException;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The effects of the properties {@code redis-broker.listener.*}. The tests do not wait
 * for pauses: the time at which a parked entry is due in Redis shows the length of its
 * pause.
 */
@WithRedis
class RedisBrokerPropertiesIntegrationTests {

	/**
	 * Longer than any machine takes between parking an entry and the check of the test.
	 */
	private static final long SLACK = 9_000;

	private RedisServer redis;

	private ApplicationContextRunner runner;

	private final Received received = new Received();

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.redis = redis;
		this.runner = TestApplication.runner(redis).withBean(Received.class, () -> this.received);
	}

	@Test
	@EffectOf("redis-broker.listener.concurrency")
	void concurrencyIsHowManyAreHandledAtTheSameTime() {
		with("concurrency=3").withBean(ThreeTogether.class).run((context) -> {
			send(context, 3);
			assertThat(this.received.await(3)).containsOnly(true);
		});
	}

	static class ThreeTogether extends Listener {

		private final CountDownLatch together = new CountDownLatch(3);

		@StreamListener(streams = "orders", group = "billing")
		void listen(String order) throws InterruptedException {
			this.together.countDown();
			this.received.add(this.together.await(15, TimeUnit.SECONDS));
		}

	}

	@Test
	@EffectOf("redis-broker.listener.batch-size")
	void batchSizeIsTheMostThatAListHolds() {
		this.runner.run((context) -> send(context, 5));
		with("batch-size=2").withBean(Batches.class).run((context) -> {
			this.received.awaitElements(5);
			assertThat(this.received.calls()).extracting((call) -> ((List<?>) call).size())
				.contains(2)
				.containsOnly(1, 2);
		});
	}

	static class Batches extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void listen(List<String> orders) {
			this.received.add((Object) orders);
		}

	}

	@Test
	@EffectOf("redis-broker.listener.reclaim-delay")
	void reclaimDelayIsHowLongADeadConsumerKeepsWhatItHeld() {
		this.redis.commands()
			.xgroupCreate(StreamOffset.from("orders", "0"), "billing", XGroupCreateArgs.Builder.mkstream());
		this.redis.commands().xadd("orders", "payload", "left behind");
		this.redis.commands().xreadgroup(Consumer.from("billing", "dead"), StreamOffset.lastConsumed("orders"));
		with("reclaim-delay=200ms").withBean(Single.class)
			.run((context) -> assertThat(this.received.await(1)).containsExactly("left behind"));
	}

	static class Single extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void listen(String order) {
			this.received.add(order);
		}

	}

	@Test
	@EffectOf("redis-broker.listener.max-processing-time")
	void maxProcessingTimeIsHowLongACallMayTakeUntilItFails() {
		with("max-processing-time=200ms", "max-attempts=2", "backoff.delays=10ms").withBean(Hanging.class)
			.run((context) -> {
				send(context, 2);
				awaitDeadLetters("payload", "order-0");
				awaitDeadLetters("dead-letter-failures", "2");
				awaitDeadLetters("dead-letter-exception", ProcessingTimeoutException.class.getName());
				awaitDeadLetters("dead-letter-message",
						"Listener 'hanging' exceeded its max-processing-time of 200 ms");
				this.received.await(3);
				assertThat(this.received.calls()).containsExactlyInAnyOrder("order-0", "order-0", "order-1");
			});
	}

	static class Hanging extends Listener {

		@StreamListener(id = "hanging", streams = "orders", group = "billing")
		void listen(String order) throws InterruptedException {
			this.received.add(order);
			if (order.equals("order-0")) {
				new CountDownLatch(1).await();
			}
		}

	}

	@Test
	@EffectOf("redis-broker.listener.max-deliveries")
	void maxDeliveriesIsHowOftenAListenerIsCalled() {
		with("max-deliveries=2", "backoff.initial=10ms").withBean(Failing.class).run((context) -> {
			send(context, 1);
			awaitDeadLetters("dead-letter-deliveries", "2");
			assertThat(this.received.calls()).hasSize(2);
		});
	}

	@Test
	@EffectOf("redis-broker.listener.max-attempts")
	void maxAttemptsIsHowOftenAListenerMayFail() {
		with("max-attempts=2", "backoff.delays=10ms").withBean(Failing.class).run((context) -> {
			send(context, 1);
			awaitDeadLetters("dead-letter-failures", "2");
			assertThat(this.received.calls()).hasSize(2);
		});
	}

	static class Failing extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void listen(String order) {
			this.received.add(order);
			throw new IllegalStateException("Always");
		}

	}

	@Test
	@EffectOf("redis-broker.listener.auto-startup")
	void autoStartupIsWhetherListenersStartWithTheApplication() {
		with("auto-startup=false").withBean(Single.class).run((context) -> {
			send(context, 1);
			assertThat(this.redis.commands().xinfoGroups("orders")).isEmpty();
		});
	}

	@Test
	@EffectOf("redis-broker.listener.backoff.initial")
	void backoffInitialIsTheFirstPause() {
		with("backoff.initial=20s", "backoff.jitter=0").withBean(Failing.class).run((context) -> {
			send(context, 1);
			assertPause(awaitParked(1, 1), 20_000);
		});
	}

	@Test
	@EffectOf("redis-broker.listener.backoff.multiplier")
	void backoffMultiplierIsTheGrowthOfTheNext() {
		with("backoff.initial=100ms", "backoff.multiplier=200", "backoff.jitter=0").withBean(Failing.class)
			.run((context) -> {
				send(context, 1);
				assertPause(awaitParked(1, 2), 20_000);
			});
	}

	@Test
	@EffectOf("redis-broker.listener.backoff.max")
	void backoffMaxIsTheLongestPause() {
		with("backoff.initial=100ms", "backoff.multiplier=1000", "backoff.max=30s", "backoff.jitter=0")
			.withBean(Failing.class)
			.run((context) -> {
				send(context, 1);
				assertPause(awaitParked(1, 2), 30_000);
			});
	}

	@Test
	@EffectOf("redis-broker.listener.backoff.jitter")
	void backoffJitterSpreadsThePauses() {
		with("backoff.initial=20s", "backoff.jitter=0.5").withBean(Failing.class).run((context) -> {
			send(context, 20);
			List<Long> pauses = awaitParked(20, 1);
			// half of 20 s, of which 20 random numbers surely take 4; the default jitter
			// spreads them over 2
			assertThat(Collections.max(pauses) - Collections.min(pauses)).isBetween(4_000L, 11_000L);
		});
	}

	@Test
	@EffectOf("redis-broker.listener.backoff.delays")
	void backoffDelaysAreThePausesOneAfterAnother() {
		with("backoff.delays=100ms,20s").withBean(Failing.class).run((context) -> {
			send(context, 1);
			assertPause(awaitParked(1, 2), 20_000);
		});
	}

	@Test
	@EffectOf("redis-broker.listener.exceptions.retry")
	void exceptionsRetryAreWorthAnotherTry() {
		with("exceptions.retry=java.lang.ClassCastException", "max-attempts=2", "backoff.delays=10ms")
			.withBean(WrongClass.class)
			.run((context) -> {
				send(context, 1);
				awaitDeadLetters("dead-letter-failures", "2");
			});
	}

	static class WrongClass extends Listener {

		@StreamListener(streams = "orders", group = "billing")
		void listen(String order) {
			throw new ClassCastException("Always");
		}

	}

	@Test
	@EffectOf("redis-broker.listener.exceptions.dead-letter")
	void exceptionsDeadLetterAreNotWorthAnotherTry() {
		with("exceptions.dead-letter=java.lang.IllegalStateException").withBean(Failing.class).run((context) -> {
			send(context, 1);
			awaitDeadLetters("dead-letter-reason", "NOT_RETRYABLE");
			assertThat(this.received.calls()).hasSize(1);
		});
	}

	@Test
	@EffectOf("redis-broker.listener.exceptions.drop")
	void exceptionsDropEndAMessage() {
		with("exceptions.drop=java.lang.IllegalStateException").withBean(Failing.class).run((context) -> {
			send(context, 1);
			this.received.await(1);
			await().untilAsserted(
					() -> assertThat(this.redis.commands().xpending("orders", "billing").getCount()).isZero());
			assertThat(this.redis.commands().exists("{orders}:dlq")).isZero();
		});
	}

	/** Redis removes whole blocks, of 100 entries by default. */
	@Test
	@EffectOf("redis-broker.listener.dead-letter-retention.max-length")
	void deadLetterRetentionMaxLengthIsAboutHowManyAreKept() {
		with("dead-letter-retention.max-length=50", "max-attempts=1").withBean(Failing.class).run((context) -> {
			send(context, 400);
			this.received.await(400);
			await().untilAsserted(
					() -> assertThat(this.redis.commands().xpending("orders", "billing").getCount()).isZero());
			await().untilAsserted(() -> assertThat(this.redis.commands().xlen("{orders}:dlq")).isLessThan(200));
		});
	}

	@Test
	@EffectOf("redis-broker.listener.dead-letter-retention.max-age")
	void deadLetterRetentionMaxAgeIsHowLongEachIsKept() {
		for (int i = 1; i < 250; i++) {
			this.redis.commands().xadd("{orders}:dlq", new XAddArgs().id(i + "-0"), Map.of("payload", "1970"));
		}
		with("dead-letter-retention.max-age=1d", "max-attempts=1").withBean(Failing.class).run((context) -> {
			send(context, 1);
			await().untilAsserted(() -> assertThat(this.redis.commands().xlen("{orders}:dlq")).isBetween(1L, 100L));
		});
	}

	private ApplicationContextRunner with(String... properties) {
		ApplicationContextRunner result = this.runner;
		for (String property : properties) {
			result = result.withPropertyValues("redis-broker.listener." + property);
		}
		return result;
	}

	private static void send(AssertableApplicationContext context, int count) {
		context.getBean(RedisBroker.class)
			.stream("orders")
			.sendAll(IntStream.range(0, count).mapToObj((i) -> "order-" + i).toList());
	}

	/** Waits for a field of the only dead letter. */
	private void awaitDeadLetters(String field, String value) {
		await().untilAsserted(() -> assertThat(this.redis.commands().xrange("{orders}:dlq", Range.unbounded()))
			.extracting((letter) -> letter.getBody().get(field))
			.containsExactly(value));
	}

	/** The remaining pauses in ms of entries that were delivered this number of times. */
	private List<Long> awaitParked(int entries, int deliveries) {
		await().until(() -> this.redis.commands()
			.xpending("orders", Consumer.from("billing", "redis-broker-parked"), Range.unbounded(), Limit.from(100)),
				(parked) -> parked.stream()
					.filter((each) -> each.getRedeliveryCount() == deliveries)
					.count() == entries);
		long now = System.currentTimeMillis();
		return this.redis.commands()
			.zrangeWithScores("{orders}:retries:billing", 0, -1)
			.stream()
			.map((waiting) -> (long) waiting.getScore() - now)
			.toList();
	}

	/** Allows for a machine that is slow to check. */
	private static void assertPause(List<Long> parked, long pause) {
		assertThat(parked).singleElement().satisfies((left) -> assertThat(left).isBetween(pause - SLACK, pause));
	}

	abstract static class Listener {

		@Autowired
		Received received;

	}

}
