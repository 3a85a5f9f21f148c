package io.redisbroker.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Connections to a node that hang or break.
 */
@WithRedis
class NodeConnectionIntegrationTests {

	private static final Duration REPLY_TIMEOUT = Duration.ofSeconds(1);

	private final RedisClient client = RedisClient.create();

	private final AtomicInteger connected = new AtomicInteger();

	private final AtomicInteger troubles = new AtomicInteger();

	private NodeConnection connection;

	@BeforeEach
	void create(RedisServer redis) {
		this.client.setOptions(ClientOptions.builder()
			.autoReconnect(false)
			.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
			.build());
		this.connection = new NodeConnection("node", () -> {
			this.connected.incrementAndGet();
			return this.client.connectAsync(ByteArrayCodec.INSTANCE, redis.uri());
		}, REPLY_TIMEOUT, this.troubles::incrementAndGet, Runnable::run);
		assertThat(increment()).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(1L);
	}

	@AfterEach
	void close() {
		this.client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
	}

	@Test
	void isLateWhileTheNodeHangsAndInTimeAfterwards(RedisServer redis) {
		redis.freeze();
		CompletableFuture<Long> pending;
		try {
			pending = increment();
			await().until(() -> {
				look();
				return this.connection.isLate(System.nanoTime());
			});
			assertThat(pending).isNotDone();
		}
		finally {
			redis.resume();
		}
		assertThat(pending).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(2L);
		await().until(() -> !this.connection.isLate(System.nanoTime()));
	}

	@Test
	void commandsGetANewConnectionWhenNothingIsAnsweredForLong(RedisServer redis) {
		redis.freeze();
		CompletableFuture<Long> pending;
		CompletableFuture<Long> next;
		try {
			pending = increment();
			await().until(() -> {
				look();
				return this.troubles.get() == 1;
			});
			next = increment();
			assertThat(this.connected).hasValue(2);
		}
		finally {
			redis.resume();
		}
		assertThat(pending).as("on the connection before").succeedsWithin(Duration.ofSeconds(10)).isEqualTo(2L);
		assertThat(next).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(3L);
	}

	@Test
	void leavingFailsWhatIsInFlightAndWhatWaitsAsNotSent(RedisServer redis) {
		redis.freeze();
		try {
			CompletableFuture<Long> pending = increment();
			this.connection.leave();
			CompletableFuture<Long> waiting = increment();
			this.connection.leave();
			assertThat(pending).failsWithin(Duration.ofSeconds(10));
			assertThat(LettuceConnection.isUnsent(pending.handle((reply, failure) -> failure).join())).isFalse();
			assertThat(waiting).isCompletedExceptionally();
			assertThat(LettuceConnection.isUnsent(waiting.handle((reply, failure) -> failure).join())).isTrue();
		}
		finally {
			redis.resume();
		}
	}

	@Test
	void connectsAgainAfterItBroke(RedisServer redis) {
		redis.commands().clientKill(KillArgs.Builder.typeNormal().skipme());
		await().until(() -> this.troubles.get() == 1);
		assertThat(increment()).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(2L);
	}

	private CompletableFuture<Long> increment() {
		return this.connection.use(System.nanoTime() + TimeUnit.SECONDS.toNanos(30),
				(open) -> LettuceConnection.send(open, Command.of("INCR", Reply.INTEGER).key("counter")));
	}

	private void look() {
		this.connection.touch();
		this.connection.look(System.nanoTime());
	}

}
