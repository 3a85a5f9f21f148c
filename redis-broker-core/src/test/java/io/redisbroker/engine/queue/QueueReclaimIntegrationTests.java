package io.redisbroker.engine.queue;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.lettuce.core.Range;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import io.redisbroker.support.TestBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a consumer of a queue takes over, and how much of it at once.
 */
@WithRedis
class QueueReclaimIntegrationTests {

	private static final QueueKeys KEYS = new QueueKeys("orders");

	private static final long LEASE = 60_000;

	/** Number, owner, deliveries, score. */
	private static final String FILL = """
			for i = 1, ARGV[1] do
				local id = '1-' .. i
				redis.call('HSET', KEYS[2], id, 'm-' .. i)
				redis.call('ZADD', KEYS[1], ARGV[4], id .. ':' .. i .. ':' .. ARGV[3] .. ':0:' .. ARGV[2])
			end
			return redis.call('INCRBY', KEYS[3], ARGV[1])""";

	private RedisCommands<String, String> redis;

	private TestBroker broker;

	@BeforeEach
	void start(RedisServer server) {
		this.redis = server.commands();
		this.redis.flushall();
		this.broker = new TestBroker(server);
	}

	@AfterEach
	void stop() {
		this.broker.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "me", "other" })
	void takesNoMoreThanThereIsRoomForWhoeverHeldIt(String owner) {
		lease(6000, owner, now() - 1000);
		Reply reply = reclaim(250, 0);
		assertThat(reply.taken()).hasSize(250);
		assertThat(renewed()).isEqualTo(250);
		assertThat(this.redis.zcard(KEYS.leases())).isEqualTo(6000);
	}

	@ParameterizedTest
	@ValueSource(strings = { "me", "other" })
	void takesAnyNumberStepByStep(String owner) {
		lease(12_000, owner, now() - 1000);
		int taken = 0;
		Reply reply;
		do {
			reply = reclaim(20_000, 0);
			assertThat(reply.taken()).hasSizeLessThanOrEqualTo(1000);
			taken += reply.taken().size();
		}
		while (!reply.taken().isEmpty());
		assertThat(taken).isEqualTo(12_000);
		assertThat(renewed()).isEqualTo(12_000);
	}

	@Test
	void looksAgainAtOnceWhereMuchWasDeleted() {
		lease(3000, "other", now() - 1000);
		this.redis.del(KEYS.messages());
		Reply reply = reclaim(10, 0);
		assertThat(reply.deleted()).isBetween(1000L, 1100L);
		assertThat(reply.nextLook()).isZero();
	}

	@Test
	void leavesALeaseToOthersUntilItIsOverForLongEnough() {
		lease(1, "other", now() - 200);
		Reply reply = reclaim(10, 30_000);
		assertThat(reply.taken()).isEmpty();
		assertThat(reply.nextLook()).isBetween(25_000L, 29_800L);
		assertThat(reclaim(10, 200).taken()).hasSize(1);
	}

	@Test
	void leavesADueMessageToOthersUntilItIsDueForLongEnough() {
		fill(KEYS.delayed(), 1, "", 0, now() - 200);
		Reply reply = reclaim(10, 30_000);
		assertThat(reply.taken()).isEmpty();
		assertThat(reply.nextLook()).isBetween(25_000L, 29_800L);
		assertThat(reclaim(10, 200).taken()).hasSize(1);
	}

	@Test
	void looksAgainWhenAMessageThatIsNotYetDueHasBeenDueForLongEnough() {
		fill(KEYS.delayed(), 1, "", 0, now() + 20_000);
		assertThat(reclaim(10, 0).nextLook()).isBetween(15_000L, 20_000L);
		assertThat(reclaim(10, 1000).nextLook()).isBetween(16_000L, 21_000L);
	}

	private void lease(int count, String owner, long end) {
		fill(KEYS.leases(), count, owner, 1, end);
	}

	private void fill(String place, int count, String owner, int deliveries, long score) {
		this.redis.eval(FILL, ScriptOutputType.INTEGER, new String[] { place, KEYS.messages(), KEYS.sequence() },
				String.valueOf(count), owner, String.valueOf(deliveries), String.valueOf(score));
	}

	private long renewed() {
		return this.redis.zcount(KEYS.leases(), Range.create(now(), Double.POSITIVE_INFINITY));
	}

	private long now() {
		return Long.parseLong(
				this.redis.eval("local t = redis.call('TIME') return string.format('%.0f', t[1] * 1000 + t[2] / 1000)",
						ScriptOutputType.VALUE));
	}

	private Reply reclaim(int most, int overdue) {
		List<Object> reply = this.broker.connections()
			.shared()
			.run(QueueScripts.RECLAIM, KEYS.all(), List.of("me", LEASE, most, 100_000, 100_000, overdue))
			.join();
		List<?> taken = (List<?>) reply.get(4);
		return new Reply(number(reply.get(0)), number(reply.get(1)), taken.subList(0, taken.size() / 2));
	}

	private static long number(Object value) {
		return Long.parseLong(new String((byte[]) value, StandardCharsets.US_ASCII));
	}

	private record Reply(long nextLook, long deleted, List<?> taken) {
	}

}
