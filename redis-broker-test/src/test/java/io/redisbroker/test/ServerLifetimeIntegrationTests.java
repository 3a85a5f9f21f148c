package io.redisbroker.test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests that no native server outlives the JVM that started it, and that such a server
 * needs nothing that is optional.
 */
class ServerLifetimeIntegrationTests {

	private static final Logger logger = LoggerFactory.getLogger(ServerLifetimeIntegrationTests.class);

	private static final String[] OPTIONAL = { "testcontainers", "docker-java", "commons-compress", "junit",
			"spring-" };

	@BeforeEach
	void needsANativeServer() {
		String redis = ServerSource.of(null).toString();
		if (redis.startsWith("docker:")) {
			String reason = "Skipped with " + redis + ": Ryuk, not this module, ends containers after a JVM was killed";
			logger.warn(reason);
			Assumptions.abort(reason);
		}
	}

	@Test
	void aServerEndsWithAJvmThatIsKilled() throws IOException {
		try (ChildJvm jvm = start()) {
			long pid = Long.parseLong(jvm.read("pid="));
			Path data = Path.of(jvm.read("data="));
			assertThat(ProcessHandle.of(pid)).get().matches(ProcessHandle::isAlive);
			assertThat(data).exists();
			jvm.kill();
			await().until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
			await().untilAsserted(() -> assertThat(data).doesNotExist());
		}
	}

	@Test
	void aServerEndsWithAJvmThatForgetsToCloseIt() throws IOException {
		try (ChildJvm jvm = start()) {
			long pid = Long.parseLong(jvm.read("pid="));
			Path data = Path.of(jvm.read("data="));
			jvm.sayGoOn();
			assertThat(jvm.read("hook=")).as("usable in a shutdown hook").isEqualTo("PONG");
			await().until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
			await().untilAsserted(() -> assertThat(data).doesNotExist());
		}
	}

	@Test
	void aServerThatWasRestartedEndsWithTheJvmToo() throws IOException {
		try (ChildJvm jvm = start("restart")) {
			long pid = Long.parseLong(jvm.read("pid="));
			jvm.kill();
			await().until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
		}
	}

	private static ChildJvm start(String... arguments) throws IOException {
		String[] all = Stream.concat(Stream.of(ServerSource.of(null).toString()), Stream.of(arguments))
			.toArray(String[]::new);
		return ChildJvm.start(Main.class, (entry) -> Stream.of(OPTIONAL).noneMatch(entry::contains), Map.of(), all);
	}

	/**
	 * Starts a server and leaves it alone.
	 */
	static final class Main {

		private Main() {
		}

		public static void main(String[] args) throws IOException {
			RedisServer server = RedisServer.builder().redis(args[0]).start();
			if (args.length == 2) {
				server.restart();
			}
			System.out.println("pid=" + server.pid());
			System.out.println("data=" + server.commands().configGet("dir").get("dir"));
			Runtime.getRuntime()
				.addShutdownHook(new Thread(() -> System.out.println("hook=" + server.commands().ping())));
			System.in.read();
			System.exit(0);
		}

	}

}
