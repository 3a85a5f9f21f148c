package io.redisbroker.engine.queue;

import java.time.Duration;
import java.util.List;

import io.lettuce.core.Range;
import io.lettuce.core.ScoredValue;
import io.redisbroker.listener.AckMode;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.support.CapturedLog;
import io.redisbroker.support.Patience;
import io.redisbroker.support.Recorder;
import io.redisbroker.support.TestBroker;
import io.redisbroker.support.TestSettings;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Somebody has put something of their own among the leases and the delayed messages.
 */
@WithRedis
class ForeignMembersIntegrationTests {

	private static final String LEASES = "{orders}:leases";

	private static final String DELAYED = "{orders}:delayed";

	@ParameterizedTest
	@EnumSource
	void areToldOnceAndKeepNothingFromBeingHandled(AckMode ackMode, RedisServer redis) {
		redis.commands().flushall();
		redis.commands().zadd(LEASES, 0, "leased by hand");
		redis.commands().zadd(DELAYED, 0, "{\"delayed\": \"by hand\"}");
		redis.commands().zadd(DELAYED, 1, "1-1:one:2:3:");
		Recorder handled = new Recorder((delivery, acknowledgment) -> acknowledgment.acknowledge());
		try (CapturedLog log = new CapturedLog(); TestBroker broker = new TestBroker(redis)) {
			broker.broker().queue("orders").sendDelayed("one", Duration.ofMillis(10));
			broker.listen(QueueEndpoint.builder("listener")
				.queues("orders")
				.settings(TestSettings.defaults().ackMode(ackMode).build())
				.handler(handled.handler()));
			Patience.await().until(() -> handled.texts().contains("one"));
			broker.broker().queue("orders").sendDelayed("two", Duration.ofMillis(10));
			Patience.await().until(() -> handled.texts().equals(List.of("one", "two")));
			String text = String.join("\n", log.warnings());
			assertThat(text).containsOnlyOnce("by hand\"}").containsOnlyOnce("1-1:one:2:3:");
			if (ackMode != AckMode.NONE) {
				assertThat(text).containsOnlyOnce("leased by hand");
			}
			assertThat(redis.commands().zrangebyscoreWithScores(DELAYED, Range.unbounded()))
				.extracting(ScoredValue::getValue, ScoredValue::getScore)
				.as("kept to be looked at")
				.containsExactlyInAnyOrder(tuple("{\"delayed\": \"by hand\"}", Double.POSITIVE_INFINITY),
						tuple("1-1:one:2:3:", Double.POSITIVE_INFINITY));
			assertThat(redis.commands().zrange(LEASES, 0, -1)).containsExactly("leased by hand");
		}
	}

}
