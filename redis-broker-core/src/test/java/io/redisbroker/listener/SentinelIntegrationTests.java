package io.redisbroker.listener;

import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisSentinel;
import io.redisbroker.test.RedisTopology;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Redis behind Sentinels, whose primary is killed.
 */
@WithRedis(topology = RedisTopology.SENTINEL)
class SentinelIntegrationTests {

	@ParameterizedTest
	@EnumSource
	void goesOnWithTheNewPrimaryWhenTheOldOneIsKilledUnderLoad(TestedTransport transport, RedisSentinel redis) {
		new KilledPrimary(redis, redis.primary(), redis.replicas().get(0), () -> redis.primary().commands())
			.isSurvived(transport);
	}

}
