package io.redisbroker.engine.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What waiting costs, and what a message costs that ends it.
 */
@WithRedis
class QueueCostIntegrationTests {

	/** What nobody sends but this test. */
	private static final Set<String> OURS = Set.of("info", "config|resetstat", "client|list", "client|setinfo",
			"hello");

	/** What a client sends; the others are run by scripts. */
	private static final Set<String> SENT = Set.of("lpush", "evalsha", "eval", "blmove", "lmove", "subscribe", "ping",
			"llen");

	private static final int CONSUMERS = 20;

	@Test
	void wakesOneOfManyConsumersForAMessage(RedisServer redis) {
		Recorder handled = new Recorder();
		List<TestBroker> brokers = new ArrayList<>();
		try {
			for (int i = 0; i < CONSUMERS; i++) {
				TestBroker broker = new TestBroker(redis, "instance-" + i);
				brokers.add(broker);
				listen(broker, "orders", handled);
			}
			// the least of some tries: now and then a consumer looks after what others
			// left
			long least = Long.MAX_VALUE;
			for (int message = 1; message <= 10; message++) {
				int count = message;
				await().until(() -> redis.info("clients").get("blocked_clients").equals("" + CONSUMERS)
						&& redis.commands().exists("{orders}:leases") == 0);
				redis.commands().configResetstat();
				redis.commands().lpush("orders", "message");
				await().pollInterval(Duration.ofMillis(5)).until(() -> handled.count() == count);
				await().pollInterval(Duration.ofMillis(5)).until(() -> redis.commands().exists("{orders}:leases") == 0);
				Map<String, Long> commands = redis.commandStats();
				commands.keySet().retainAll(SENT);
				commands.remove("blmove");
				least = Math.min(least, commands.values().stream().mapToLong(Long::longValue).sum());
			}
			assertThat(least).as("pushed, leased, acknowledged").isEqualTo(3);
		}
		finally {
			brokers.forEach(TestBroker::close);
		}
	}

	@Test
	void givesAMessageToWhoeverHasWaitedLongest(RedisServer redis) {
		List<Recorder> recorders = List.of(new Recorder(), new Recorder(), new Recorder());
		List<TestBroker> brokers = new ArrayList<>();
		try {
			for (int i = 0; i < recorders.size(); i++) {
				TestBroker broker = new TestBroker(redis, "instance-" + i);
				brokers.add(broker);
				listen(broker, "orders", recorders.get(i));
			}
			// each goes to the end of the line when it has handled one
			List<Integer> order = new ArrayList<>();
			for (int message = 1; message <= 12; message++) {
				int count = message;
				await().until(() -> redis.info("clients").get("blocked_clients").equals("3"));
				redis.commands().lpush("orders", "message " + message);
				await().pollInterval(Duration.ofMillis(5))
					.until(() -> recorders.stream().mapToInt(Recorder::count).sum() == count);
				order.add(indexOf(recorders, "message " + message));
			}
			assertThat(order.subList(0, 3)).containsExactlyInAnyOrder(0, 1, 2);
			assertThat(order.subList(3, 12)).isEqualTo(order.subList(0, 9));
		}
		finally {
			brokers.forEach(TestBroker::close);
		}
	}

	@Test
	void costsLessThanOneCommandPerSecondAndQueueWhenIdle(RedisServer redis) {
		Recorder handled = new Recorder();
		try (TestBroker broker = new TestBroker(redis, "idle")) {
			for (int i = 0; i < 20; i++) {
				listen(broker, "queue-" + i, handled);
			}
			await().until(() -> redis.info("clients").get("blocked_clients").equals("20"));
			redis.commands().configResetstat();
			long start = System.nanoTime();
			await().pollDelay(Duration.ofSeconds(20)).atMost(Duration.ofMinutes(1)).until(() -> true);
			Map<String, Long> commands = redis.commandStats();
			double seconds = Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0;
			commands.keySet().removeAll(OURS);
			commands.keySet().retainAll(SENT);
			double perQueue = commands.values().stream().mapToLong(Long::longValue).sum() / seconds / 20;
			assertThat(perQueue).as("%s in %s s", commands, seconds).isPositive().isLessThan(1);
		}
	}

	private static int indexOf(List<Recorder> recorders, String message) {
		return IntStream.range(0, recorders.size())
			.filter((i) -> recorders.get(i).texts().contains(message))
			.findFirst()
			.orElseThrow();
	}

	private static void listen(TestBroker broker, String queue, Recorder recorder) {
		broker.listen(QueueEndpoint.builder("listener-" + queue).queues(queue).handler(recorder.handler()));
	}

}
