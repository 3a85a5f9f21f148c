package io.redisbroker.engine.stream;

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
 * What a consumer of a group takes over, and how much of it at once.
 */
@WithRedis
class StreamReclaimIntegrationTests {

	private static final Membership ME = new Membership(List.of("orders"), "billing", "me");

	private static final int RECLAIM_DELAY = 10_000;

	/** Number, consumer, idle time, delivery count. */
	private static final String HAND_OUT = """
			redis.pcall('XGROUP', 'CREATE', KEYS[1], 'billing', '0', 'MKSTREAM')
			for i = 1, ARGV[1] do
				local id = redis.call('XADD', KEYS[1], '*', 'payload', 'x')
				redis.call('XCLAIM', KEYS[1], 'billing', ARGV[2], 0, id, 'IDLE', ARGV[3], 'RETRYCOUNT', ARGV[4],
					'FORCE', 'JUSTID')
			end
			return redis.call('XLEN', KEYS[1])""";

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
	@ValueSource(strings = { "me", "other", Membership.PARKING })
	void takesNoMoreThanThereIsRoomForWhoeverHeldIt(String consumer) {
		handOut(12_000, consumer, RECLAIM_DELAY, 1);
		Reply reply = reclaim("0-0", 50, 0);
		assertThat(reply.taken()).isEqualTo(50);
		assertThat(this.redis.xpending("orders", "billing").getConsumerMessageCount().get("me"))
			.isEqualTo("me".equals(consumer) ? 12_000 : 50);
	}

	@ParameterizedTest
	@ValueSource(strings = { "me", "other" })
	void takesAnyNumberStepByStep(String consumer) {
		handOut(12_000, consumer, RECLAIM_DELAY, 1);
		int taken = 0;
		Reply reply = reclaim("0-0", 20_000, 0);
		while (reply.taken() > 0) {
			assertThat(reply.taken()).isLessThanOrEqualTo(1000);
			taken += reply.taken();
			reply = reclaim("over".equals(reply.cursor()) ? "0-0" : reply.cursor(), 20_000, 0);
		}
		assertThat(taken).isEqualTo(12_000);
		assertThat(this.redis.xpending("orders", "billing").getConsumerMessageCount()).containsEntry("me", 12_000L);
	}

	@Test
	void takesOwnEntriesThoughItMayTakeNoSuspects() {
		handOut(20, "me", RECLAIM_DELAY, 3);
		handOut(20, "other", RECLAIM_DELAY, 3);
		assertThat(reclaim("0-0", 100, 0, 1, 0).taken()).isEqualTo(20);
	}

	@Test
	void leavesAnEntryToOthersUntilItIsIdleForLongEnough() {
		handOut(1, "other", RECLAIM_DELAY + 200, 1);
		Reply reply = reclaim("0-0", 10, 30_000);
		assertThat(reply.taken()).isZero();
		assertThat(reply.nextLook()).isBetween(25_000L, 29_800L);
		assertThat(reclaim("0-0", 10, 200).taken()).isOne();
	}

	@Test
	void leavesARetryToOthersUntilItIsDueForLongEnough() {
		park(1, -200, 0);
		Reply reply = reclaim("over", 10, 30_000);
		assertThat(reply.taken()).isZero();
		assertThat(reply.nextLook()).isBetween(25_000L, 29_800L);
		assertThat(reclaim("over", 10, 200).taken()).isOne();
	}

	@Test
	void looksAgainWhenARetryThatIsNotYetDueHasBeenDueForLongEnough() {
		park(1, 20_000, 0);
		assertThat(reclaim("over", 10, 0).nextLook()).isBetween(15_000L, 20_000L);
		assertThat(reclaim("over", 10, 1000).nextLook()).isBetween(16_000L, 21_000L);
	}

	@Test
	void notesNoTakeoverWhileRetriesWaitForTheirTime() {
		park(10, 3_600_000, RECLAIM_DELAY);
		String before = reclaim("0-0", 10, 0).takeover();
		Reply reply = reclaim("0-0", 10, 0);
		assertThat(reply.taken()).isZero();
		assertThat(reply.takeover()).isEqualTo(before);
	}

	@Test
	void notesNoTakeoverWhenRetriesAreDue() {
		String before = reclaim("over", 10, 0).takeover();
		park(10, -1, RECLAIM_DELAY);
		Reply reply = reclaim("0-0", 10, 0);
		assertThat(reply.taken()).isEqualTo(10);
		assertThat(reply.takeover()).isEqualTo(before);
	}

	@Test
	void notesATakeoverWhenItTakesFromAnotherConsumer() {
		String before = reclaim("over", 10, 0).takeover();
		handOut(1, "other", RECLAIM_DELAY, 1);
		assertThat(reclaim("0-0", 10, 0).takeover()).isNotEqualTo(before);
	}

	private void handOut(int count, String consumer, int idle, int deliveries) {
		this.redis.eval(HAND_OUT, ScriptOutputType.INTEGER, new String[] { "orders" }, String.valueOf(count), consumer,
				String.valueOf(idle), String.valueOf(deliveries));
	}

	private void park(int count, long dueIn, int idle) {
		handOut(count, Membership.PARKING, idle, 1);
		long now = Long.parseLong(
				this.redis.eval("local t = redis.call('TIME') return string.format('%.0f', t[1] * 1000 + t[2] / 1000)",
						ScriptOutputType.VALUE));
		this.redis.xrange("orders", Range.unbounded()).forEach((entry) -> {
			this.redis.zadd(ME.retriesOf("orders"), now + dueIn, entry.getId());
			this.redis.hset(ME.failuresOf("orders"), entry.getId(), "1");
		});
	}

	private Reply reclaim(String cursor, int most, int overdue) {
		return reclaim(cursor, most, overdue, 100_000, 100_000);
	}

	private Reply reclaim(String cursor, int most, int overdue, int abandoned, int suspects) {
		List<Object> reply = this.broker.connections()
			.shared()
			.run(StreamScripts.RECLAIM, ME.keys(),
					List.of(ME.group(), ME.consumer(), Membership.PARKING, RECLAIM_DELAY, most, abandoned, suspects,
							overdue, cursor))
			.join();
		List<?> ofStream = (List<?>) reply.get(1);
		return new Reply((Long) reply.get(0), text(ofStream.get(0)), text(ofStream.get(2)), (ofStream.size() - 3) / 3);
	}

	private static String text(Object value) {
		return new String((byte[]) value, StandardCharsets.US_ASCII);
	}

	private record Reply(long nextLook, String cursor, String takeover, int taken) {
	}

}
