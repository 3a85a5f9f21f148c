package io.redisbroker.admin;

import java.util.concurrent.TimeUnit;

import io.redisbroker.support.Letters;
import io.redisbroker.support.Patience;
import io.redisbroker.support.RedriveMain;
import io.redisbroker.support.TestedTransport;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The process that puts dead letters back is killed half way.
 */
@WithRedis
class KilledRedriveIntegrationTests {

	private static final String SOURCE = "orders";

	private static final int COUNT = 10_000;

	@ParameterizedTest
	@EnumSource
	void allAreBackExactlyOnceWhenAnotherGoesOn(TestedTransport transport, RedisServer redis) throws Exception {
		Letters letters = Letters.write(redis.commands(), SOURCE, COUNT);
		Process killed = RedriveMain.start(transport, redis.port(), SOURCE, 5000);
		try {
			Patience.await().until(() -> letters.left() < COUNT / 2 + 500);
		}
		finally {
			killed.destroyForcibly();
		}
		assertThat(killed.waitFor(1, TimeUnit.MINUTES)).isTrue();
		assertThat(letters.left()).as("left by the process that was killed").isBetween(1L, COUNT - 1L);
		Process other = RedriveMain.start(transport, redis.port(), SOURCE, 20_000);
		try {
			assertThat(other.waitFor(1, TimeUnit.MINUTES)).isTrue();
		}
		finally {
			other.destroyForcibly();
		}
		letters.assertAllAreBackOnce(transport);
	}

}
