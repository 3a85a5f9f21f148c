package io.redisbroker.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RedisServer}.
 */
class RedisServerIntegrationTests {

	@Test
	void startsEmptyAndAnswers() {
		try (RedisServer redis = RedisServer.start()) {
			assertThat(redis.isRunning()).isTrue();
			assertThat(redis.commands().ping()).isEqualTo("PONG");
			assertThat(redis.commands().dbsize()).isZero();
			assertThat(redis.log()).contains("Ready to accept connections");
		}
	}

	@Test
	void listensOnLoopbackOnly() {
		try (RedisServer redis = RedisServer.start()) {
			assertThat(redis.host()).isEqualTo("127.0.0.1");
			assertThat(redis.port()).isLessThan(55536);
			assertThat(redis.commands().configGet("bind")).containsEntry("bind", "127.0.0.1");
		}
	}

	@Test
	void listensOnTheChosenPort() {
		int port = FreePorts.take();
		try (RedisServer redis = RedisServer.builder().port(port).start()) {
			assertThat(redis.port()).isEqualTo(port);
			assertThat(redis.info("server")).containsEntry("tcp_port", Integer.toString(port));
		}
	}

	@Test
	void saysThatTheChosenPortIsInUse() {
		try (RedisServer redis = RedisServer.start()) {
			assertThatExceptionOfType(RedisServerException.class)
				.isThrownBy(() -> RedisServer.builder().port(redis.port()).start())
				.withMessageContaining("Port " + redis.port())
				.withMessageContaining("in use");
			assertThat(redis.commands().ping()).isEqualTo("PONG");
		}
	}

	@Test
	void takesOptions() {
		try (RedisServer redis = RedisServer.builder().option("maxmemory", "100mb").option("hz", "42").start()) {
			assertThat(redis.commands().configGet("maxmemory")).containsEntry("maxmemory", "104857600");
			assertThat(redis.commands().configGet("hz")).containsEntry("hz", "42");
		}
	}

	@Test
	void endsTheMessageOfAFailedStartWithTheLog() {
		assertThatExceptionOfType(RedisServerException.class)
			.isThrownBy(() -> RedisServer.builder().option("no-such-directive", "1").start())
			.withMessageContaining("ended at start")
			.withMessageContaining("no-such-directive 1");
	}

	@Test
	void killEndsTheProcessAndItsConnections() {
		try (RedisServer redis = RedisServer.start()) {
			redis.commands().ping();
			long pid = redis.pid();
			redis.kill();
			assertThat(redis.isRunning()).isFalse();
			assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
			assertThat(redis.log()).doesNotContain("Redis is now ready to exit");
		}
	}

	@Test
	void restartKeepsThePersistedDataAndThePort() {
		try (RedisServer redis = RedisServer.builder().persistent(true).start()) {
			int port = redis.port();
			redis.commands().set("key", "value");
			redis.kill();
			redis.restart();
			assertThat(redis.port()).isEqualTo(port);
			assertThat(redis.commands().get("key")).isEqualTo("value");
			assertThat(redis.commands().configGet("appendfsync")).containsEntry("appendfsync", "everysec");
		}
	}

	@Test
	void restartsARunningServerWithAnotherFsyncPolicy() {
		try (RedisServer redis = RedisServer.builder().persistent(true).option("appendfsync", "always").start()) {
			redis.commands().set("key", "value");
			long pid = redis.pid();
			redis.restart();
			assertThat(redis.pid()).isNotEqualTo(pid);
			assertThat(redis.commands().get("key")).isEqualTo("value");
			assertThat(redis.commands().configGet("appendfsync")).containsEntry("appendfsync", "always");
		}
	}

	@Test
	void restartWithoutPersistenceStartsEmpty() {
		try (RedisServer redis = RedisServer.start()) {
			redis.commands().set("key", "value");
			redis.restart();
			assertThat(redis.commands().get("key")).isNull();
		}
	}

	@Test
	void aFrozenServerAnswersOnlyAfterItWasResumed() throws Exception {
		try (RedisServer redis = RedisServer.start();
				RedisClient client = RedisClient.create(redis.uri());
				StatefulRedisConnection<String, String> connection = client.connect()) {
			redis.freeze();
			assertThat(redis.isFrozen()).isTrue();
			assertThat(redis.isRunning()).isTrue();
			CompletableFuture<String> answer = connection.async().ping().toCompletableFuture();
			assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> answer.get(300, TimeUnit.MILLISECONDS));
			redis.resume();
			assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo("PONG");
			assertThat(redis.isFrozen()).isFalse();
		}
	}

	@Test
	void aFrozenServerCanBeKilledAndStopped() {
		try (RedisServer redis = RedisServer.start()) {
			redis.freeze();
			redis.kill();
			assertThat(redis.isRunning()).isFalse();
			redis.restart();
			redis.freeze();
			redis.stop();
			assertThat(redis.isRunning()).isFalse();
			assertThat(redis.isFrozen()).isFalse();
		}
	}

	@Test
	void stopIsGraceful() {
		try (RedisServer redis = RedisServer.builder().persistent(true).start()) {
			redis.commands().set("key", "value");
			redis.stop();
			assertThat(redis.isRunning()).isFalse();
			assertThat(redis.log()).contains("now ready to exit");
			redis.restart();
			assertThat(redis.commands().get("key")).isEqualTo("value");
		}
	}

	@Test
	void whatDoesNotRunCannotBeFrozen() {
		try (RedisServer redis = RedisServer.start()) {
			redis.stop();
			assertThatExceptionOfType(RedisServerException.class).isThrownBy(redis::freeze)
				.withMessageContaining("does not run");
		}
	}

	@Test
	void healBringsBackWhatWasKilledOrFrozen() {
		try (RedisServer redis = RedisServer.start()) {
			redis.freeze();
			redis.heal();
			assertThat(redis.commands().ping()).isEqualTo("PONG");
			redis.kill();
			redis.heal();
			assertThat(redis.commands().ping()).isEqualTo("PONG");
		}
	}

	@Test
	void healReplacesAServerThatDoesNotAnswer() {
		try (RedisServer redis = RedisServer.start()) {
			long pid = redis.pid();
			redis.commands().configSet("lua-time-limit", "10");
			redis.commands().getStatefulConnection().async().eval("while true do end", ScriptOutputType.STATUS);
			redis.heal();
			assertThat(redis.pid()).isNotEqualTo(pid);
		}
	}

	@Test
	void commandsReconnectAfterARestart() {
		try (RedisServer redis = RedisServer.start()) {
			var commands = redis.commands();
			commands.ping();
			redis.restart();
			assertThat(commands.ping()).isEqualTo("PONG");
		}
	}

	@Test
	void countsCalls() {
		try (RedisServer redis = RedisServer.start()) {
			redis.commands().set("a", "1");
			redis.commands().set("b", "2");
			assertThat(redis.commandStats()).containsEntry("set", 2L).doesNotContainKey("lpush");
		}
	}

	@Test
	void knowsWhichCommandsExist() {
		try (RedisServer redis = RedisServer.start()) {
			assertThat(redis.supportsCommand("XAUTOCLAIM")).isTrue();
			assertThat(redis.supportsCommand("NOSUCHCOMMAND")).isFalse();
		}
	}

	@Test
	void asksForThePassword() {
		try (RedisServer redis = RedisServer.builder().password("secret").start()) {
			assertThat(redis.commands().ping()).isEqualTo("PONG");
			assertThat(redis.springProperties()).containsEntry("spring.data.redis.password", "secret");
			try (RedisClient client = RedisClient.create("redis://127.0.0.1:" + redis.port())) {
				assertThatExceptionOfType(RedisConnectionException.class).isThrownBy(client::connect)
					.havingRootCause()
					.withMessageContaining("NOAUTH");
			}
		}
	}

	@Test
	void closeEndsTheProcessAndFreesThePortAndKeepsTheLog() throws IOException {
		RedisServer redis = RedisServer.start();
		long pid = redis.pid();
		redis.close();
		redis.close();
		assertThat(redis.isRunning()).isFalse();
		assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
		assertThat(redis.log()).contains("Ready to accept connections");
		assertThatExceptionOfType(RedisServerException.class).isThrownBy(redis::restart);
		new ServerSocket(redis.port(), 1, InetAddress.getLoopbackAddress()).close();
	}

	@Test
	void manyStartAtOnceOnDifferentPorts() {
		List<CompletableFuture<RedisServer>> starts = Stream
			.generate(() -> CompletableFuture.supplyAsync(RedisServer::start))
			.limit(8)
			.toList();
		List<RedisServer> servers = starts.stream().map(CompletableFuture::join).toList();
		try {
			assertThat(servers).extracting(RedisServer::port).doesNotHaveDuplicates();
			assertThat(servers).allSatisfy((redis) -> assertThat(redis.commands().ping()).isEqualTo("PONG"));
		}
		finally {
			servers.forEach(RedisServer::close);
		}
	}

	@Test
	void startIsFast() {
		RedisServer.start().close();
		long before = System.nanoTime();
		RedisServer.start().close();
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
	}

}
