package io.redisbroker.engine.queue;

import java.time.Duration;
import java.util.List;

import io.lettuce.core.ScriptOutputType;
import io.redisbroker.listener.AckMode;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.support.Patience;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Delayed messages of a queue whose listener leases nothing.
 */
@WithRedis
class DueMessagesIntegrationTests {

	private static final QueueKeys KEYS = new QueueKeys("orders");

	@Test
	void comeThoughManyRetriesOfOtherListenersAreDue(RedisServer redis) {
		redis.commands().eval("""
				for i = 1, 25000 do
					redis.call('ZADD', KEYS[1], 1000 + i, '1-' .. i .. ':' .. i .. ':1:1:')
				end
				return 1""", ScriptOutputType.INTEGER, KEYS.delayed());
		Recorder handled = new Recorder();
		try (TestBroker broker = new TestBroker(redis)) {
			for (String message : List.of("one", "two", "three")) {
				broker.broker().queue("orders").sendDelayed(message, Duration.ofMillis(10));
			}
			broker.listen(QueueEndpoint.builder("listener")
				.queues("orders")
				.settings(TestSettings.defaults().ackMode(AckMode.NONE).build())
				.handler(handled.handler()));
			Patience.await().until(() -> handled.count() == 3);
			assertThat(handled.texts()).containsExactly("one", "two", "three");
			assertThat(redis.commands().zcard(KEYS.delayed())).isEqualTo(25_000);
			redis.commands().configResetstat();
			Patience.await()
				.pollDelay(Duration.ofSeconds(3))
				.until(() -> redis.commandStats().getOrDefault("evalsha", 0L) <= 6);
		}
	}

	@Test
	void comeInTheirOrderWhereOthersAreDueBetweenThem(RedisServer redis) {
		redis.commands().flushall();
		redis.commands().eval("""
				for i = 1, 900 do
					redis.call('ZADD', KEYS[1], 1000 + 2 * i, '1-' .. i .. ':' .. i .. ':0:0:')
					redis.call('ZADD', KEYS[1], 1001 + 2 * i, '2-' .. i .. ':' .. i .. ':1:1:')
					redis.call('HSET', KEYS[2], '1-' .. i, i)
				end
				return 1""", ScriptOutputType.INTEGER, KEYS.delayed(), KEYS.messages());
		Recorder handled = new Recorder();
		try (TestBroker broker = new TestBroker(redis)) {
			broker.listen(QueueEndpoint.builder("listener")
				.queues("orders")
				.settings(TestSettings.defaults().ackMode(AckMode.NONE).build())
				.handler(handled.handler()));
			Patience.await().until(() -> handled.count() == 900);
			assertThat(handled.texts())
				.isSortedAccordingTo((one, other) -> Integer.parseInt(one) - Integer.parseInt(other));
		}
	}

}
