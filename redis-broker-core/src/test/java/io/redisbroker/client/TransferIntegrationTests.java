package io.redisbroker.client;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.listener.WorkerExecutors;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.support.TcpProxy;
import io.redisbroker.support.TestBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;

import static io.redisbroker.support.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A reply that is still arriving does not time out. Replies take at least two seconds
 * with this line, and the timeout is half a second.
 */
@WithRedis
class TransferIntegrationTests {

	private static final Duration TIMEOUT = Duration.ofMillis(500);

	private static final int BYTES = 500_000;

	private TcpProxy line;

	private TestBroker broker;

	private RedisConnection connection;

	@BeforeEach
	void connect(RedisServer redis) {
		this.line = new TcpProxy(redis);
		this.broker = new TestBroker(new RedisStandaloneConfiguration("127.0.0.1", this.line.port()),
				LettuceClientConfiguration.builder().commandTimeout(TIMEOUT).build(), "test",
				WorkerExecutors.platformThreads(), BrokerEvents.NONE);
		this.connection = this.broker.connections().dedicated("big");
		this.connection.send(get()).join();
		redis.commands().set("big", "-".repeat(BYTES));
		this.line.limit(250_000);
	}

	@AfterEach
	void disconnect() throws IOException {
		this.broker.close();
		this.line.close();
	}

	@Test
	void waitsForAReplyAsLongAsSomeOfItArrives() {
		Transfer transfer = transfer(Duration.ofMinutes(1));
		assertThat(transfer.over(this.connection).send(get()).join()).hasSize(BYTES);
		assertThat(transfer.lasted()).isGreaterThan(TIMEOUT);
	}

	@Test
	void waitsForAReplyThatComesAfterABigOne() {
		Transfer transfer = transfer(Duration.ofMinutes(1));
		transfer.over(this.connection)
			.sendAll(List.of(get(), get()))
			.forEach((reply) -> assertThat(reply.join()).hasSize(BYTES));
	}

	@Test
	void doesNotWaitForEver() {
		Transfer transfer = transfer(Duration.ofMillis(800));
		fails(transfer.over(this.connection).send(get()));
		assertThat(transfer.hasBegun()).isTrue();
		assertThat(transfer.lasted()).isBetween(Duration.ofMillis(700), Duration.ofMillis(1900));
	}

	@Test
	void doesNotWaitForAReplyThatStops() {
		Transfer transfer = transfer(Duration.ofMinutes(1));
		CompletableFuture<String> reply = transfer.over(this.connection).send(get());
		await().until(transfer::hasBegun);
		this.line.losePackets();
		fails(reply);
	}

	@Test
	void doesNotTakeSilenceForABeginning(RedisServer redis) {
		redis.freeze();
		Transfer transfer = transfer(Duration.ofMinutes(1));
		fails(transfer.over(this.connection).send(get()));
		boolean begun = transfer.hasBegun();
		redis.resume();
		assertThat(begun).isFalse();
	}

	@Test
	void leavesOtherCommandsToTheTimeout() {
		fails(this.connection.send(get()));
	}

	private static void fails(CompletableFuture<?> reply) {
		await().until(reply::isDone);
		assertThat(reply).isCompletedExceptionally();
		assertThat(Failures.unwrap(reply.handle((value, failure) -> failure).join()))
			.isInstanceOf(QueryTimeoutException.class);
	}

	private static Transfer transfer(Duration longest) {
		return new Transfer(TIMEOUT, longest, Runnable::run);
	}

	private static Command<String> get() {
		return Command.of("GET", Reply.STRING).key("big");
	}

}
