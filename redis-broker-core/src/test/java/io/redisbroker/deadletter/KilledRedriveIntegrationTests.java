package io.redisbroker.deadletter;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

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

	private static final String LETTERS = "{orders}:dlq";

	private static final int COUNT = 10_000;

	@ParameterizedTest
	@EnumSource
	void allAreBackExactlyOnceWhenAnotherGoesOn(TestedTransport transport, RedisServer redis) throws Exception {
		IntStream.range(0, COUNT).forEach((i) -> {
			Map<String, String> letter = new HashMap<>();
			letter.put("payload", "m-" + i);
			letter.put("dead-letter-source", SOURCE);
			redis.commands().getStatefulConnection().async().xadd(LETTERS, letter);
		});
		Patience.await().until(() -> redis.commands().xlen(LETTERS) == COUNT);
		Process killed = RedriveMain.start(transport, redis.port(), SOURCE, 5000);
		try {
			Patience.await().until(() -> redis.commands().xlen(LETTERS) < COUNT / 2 + 500);
		}
		finally {
			killed.destroyForcibly();
		}
		assertThat(killed.waitFor(1, TimeUnit.MINUTES)).isTrue();
		assertThat(redis.commands().xlen(LETTERS)).as("left by the process that was killed").isBetween(1L, COUNT - 1L);
		Process other = RedriveMain.start(transport, redis.port(), SOURCE, 20_000);
		try {
			assertThat(other.waitFor(1, TimeUnit.MINUTES)).isTrue();
		}
		finally {
			other.destroyForcibly();
		}
		assertThat(redis.commands().xlen(LETTERS)).isZero();
		List<String> back = transport.stored(redis.commands(), SOURCE);
		assertThat(back).hasSize(COUNT);
		assertThat(new TreeSet<>(back))
			.isEqualTo(new TreeSet<>(IntStream.range(0, COUNT).mapToObj((i) -> "m-" + i).toList()));
	}

}
