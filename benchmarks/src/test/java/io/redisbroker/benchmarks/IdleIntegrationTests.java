package io.redisbroker.benchmarks;

import io.redisbroker.benchmarks.Measurement.Row;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Idle}.
 */
@WithRedis
class IdleIntegrationTests {

	@Test
	void addsListenersInAnyOrder(RedisServer redis) throws Exception {
		Options options = Options.parse("--listeners=3,1", "--idle-seconds=1");

		assertThat(Runner.measure(Scenario.IDLE_QUEUE, Contestants.RAW_BLOCKING, redis.port(), options))
			.extracting(Row::variant)
			.containsExactly("1 listener", "3 listeners");
	}

}
