package io.redisbroker.engine.queue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.lettuce.core.KillArgs;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.support.Load;
import io.redisbroker.support.Patience;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Connections break while consumers wait, are given a message, and lease it.
 */
@WithRedis
class QueueConnectionIntegrationTests {

	private static final int KILLS = 500;

	/**
	 * Under load, connections break amid everything; with a message now and then, while a
	 * consumer waits or is just being given one.
	 */
	@ParameterizedTest
	@ValueSource(longs = { 200, 7_000 })
	void losesAndStrandsNothingWhenConnectionsBreak(long microsBetweenMessages, RedisServer redis) {
		Recorder handled = new Recorder();
		try (TestBroker one = new TestBroker(redis, "one"); TestBroker other = new TestBroker(redis, "other")) {
			for (TestBroker broker : List.of(one, other)) {
				broker.listen(QueueEndpoint.builder("listener")
					.queues("orders")
					.settings(TestSettings.defaults().concurrency(2).batchSize(10).build())
					.handler(handled.handler()));
			}
			// over the connection that does the killing and is left alone
			try (Load load = Load.every(Duration.ofNanos(microsBetweenMessages * 1000),
					(text) -> redis.commands().lpush("orders", text))) {
				kill(redis);
				List<String> sent = load.stop();
				// sooner than leases end: what a lost reply held is found at once
				Patience.await()
					.atMost(Duration.ofSeconds(30))
					.untilAsserted(() -> assertThat(handled.missing(sent)).isEmpty());
				Patience.await().until(() -> TestedTransport.QUEUE.stored(redis.commands(), "orders").isEmpty());
				assertThat(redis.commands().exists("{orders}:claim", "{orders}:leases", "{orders}:delayed")).isZero();
				assertThat(handled.difference(sent)).as("handled twice, or never sent").isEmpty();
			}
		}
	}

	private static void kill(RedisServer redis) {
		ScheduledExecutorService killer = Executors.newSingleThreadScheduledExecutor();
		AtomicInteger kills = new AtomicInteger();
		try {
			killNext(redis, killer, kills);
			Patience.await().until(() -> kills.get() >= KILLS);
		}
		finally {
			killer.shutdownNow();
		}
	}

	private static void killNext(RedisServer redis, ScheduledExecutorService killer, AtomicInteger kills) {
		killer.schedule(() -> {
			redis.commands().clientKill(KillArgs.Builder.typeNormal().skipme());
			if (kills.incrementAndGet() < KILLS) {
				killNext(redis, killer, kills);
			}
		}, ThreadLocalRandom.current().nextInt(5, 60), TimeUnit.MILLISECONDS);
	}

}
