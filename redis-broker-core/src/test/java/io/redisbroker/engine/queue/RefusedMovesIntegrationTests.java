package io.redisbroker.engine.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import io.lettuce.core.api.sync.RedisCommands;
import io.redisbroker.client.Script;
import io.redisbroker.send.QueueSender;
import io.redisbroker.support.TestBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Redis refuses to put a message where a script moves it. An error does not undo what the
 * script has done, so the message must still be where it was.
 */
@WithRedis
class RefusedMovesIntegrationTests {

	private static final QueueKeys KEYS = new QueueKeys("orders");

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
		this.redis.configSet("maxmemory", "0");
		this.broker.close();
	}

	@ParameterizedTest
	@EnumSource
	void leavesMessagesWhereTheyWere(Move move) {
		move.prepare(this.redis);
		this.redis.del(move.target);
		this.redis.set(move.target, "text");
		List<Object> before = content();
		assertThatException().isThrownBy(() -> run(move));
		assertThat(content()).isEqualTo(before);
		this.redis.del(move.target);
		run(move);
		assertNothingIsOrphaned();
	}

	@ParameterizedTest
	@EnumSource
	void movesMessagesWithoutMemory(Move move) {
		move.prepare(this.redis);
		this.redis.configSet("maxmemory", "1");
		List<Object> before = content();
		run(move);
		assertThat(content()).isNotEqualTo(before);
		assertNothingIsOrphaned();
	}

	@ParameterizedTest
	@ValueSource(strings = { "delayed", "messages" })
	void whatCanNotBeDelayedIsNotThere(String companion) {
		this.redis.set("{orders}:" + companion, "text");
		QueueSender orders = this.broker.broker().queue("orders");
		assertThatException().isThrownBy(() -> orders.sendDelayed("m", Duration.ofSeconds(1)));
		this.redis.del("{orders}:" + companion);
		assertThat(this.redis.exists("{orders}:messages")).isZero();
	}

	@Test
	void theQueueThatCanNotBePushedToKeepsWhatWasClaimed() {
		this.redis.lpush(KEYS.claim(), "claimed");
		leavesMessagesWhereTheyWere(Move.LEAVE_UNSEEN);
		assertThat(this.redis.lrange(KEYS.queue(), 0, -1)).containsExactlyInAnyOrder("claimed", "payload");
	}

	private void run(Move move) {
		this.broker.connections().shared().run(move.script, KEYS.all(), move.arguments).join();
	}

	private List<Object> content() {
		List<Object> content = new ArrayList<>();
		for (String key : new TreeSet<>(this.redis.keys("*"))) {
			// what says when something was taken over may change
			if (!key.equals(KEYS.takeovers())) {
				content.add(key);
				content.add(switch (this.redis.type(key)) {
					case "zset" -> this.redis.zrange(key, 0, -1);
					case "hash" -> this.redis.hgetall(key);
					case "list" -> this.redis.lrange(key, 0, -1);
					default -> this.redis.get(key);
				});
			}
		}
		return content;
	}

	private void assertNothingIsOrphaned() {
		Map<String, String> messages = this.redis.hgetall(KEYS.messages());
		List<String> receipts = new ArrayList<>(this.redis.zrange(KEYS.leases(), 0, -1));
		receipts.addAll(this.redis.zrange(KEYS.delayed(), 0, -1));
		assertThat(receipts.stream().map((receipt) -> receipt.substring(0, receipt.indexOf(':'))))
			.containsExactlyInAnyOrderElementsOf(messages.keySet());
		assertThat(messages.size() + this.redis.llen(KEYS.queue())).isPositive();
	}

	/** A script that moves a message, and where to. */
	enum Move {

		RETRY(QueueScripts.RETRY, KEYS.delayed(), "1-1:1:2:0:me", true, "wake", "1-1:1:2:0:me", 1000, 1),

		LEAVE(QueueScripts.LEAVE, KEYS.delayed(), "1-1:1:2:0:me", true, "me", "wake", "RPUSH", 1, 1, "1-1:1:2:0:me"),

		LEAVE_UNSEEN(QueueScripts.LEAVE, KEYS.queue(), "1-1:1:1:0:me", true, "me", "wake", "RPUSH", 1, 1,
				"1-1:1:1:0:me"),

		RECOVER(QueueScripts.RECOVER, KEYS.sequence(), "1-1:1:1:0:me", true, "me", 60_000, 10),

		RECLAIM(QueueScripts.RECLAIM, KEYS.sequence(), "1-1:1:1:0:other", true, "me", 60_000, 10, 10, 10, 0),

		RECLAIM_DUE(QueueScripts.RECLAIM, KEYS.sequence(), "1-1:1:1:1:", false, "me", 60_000, 10, 10, 10, 0),

		RECLAIM_DUE_ONLY(QueueScripts.RECLAIM, KEYS.leases(), "1-1:1:1:1:", false, "me", 60_000, 10, 0, 0, 0),

		PUSH_DUE(QueueScripts.PUSH_DUE, KEYS.queue(), "1-1:1:0:0:", false, "RPUSH", 0);

		private final Script script;

		private final String target;

		private final String receipt;

		private final boolean leased;

		private final List<Object> arguments;

		Move(Script script, String target, String receipt, boolean leased, Object... arguments) {
			this.script = script;
			this.target = target;
			this.receipt = receipt;
			this.leased = leased;
			this.arguments = List.of(arguments);
		}

		void prepare(RedisCommands<String, String> redis) {
			redis.hset(KEYS.messages(), "1-1", "payload");
			redis.zadd(this.leased ? KEYS.leases() : KEYS.delayed(), 1000, this.receipt);
		}

	}

}
