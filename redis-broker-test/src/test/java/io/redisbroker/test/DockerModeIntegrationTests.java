package io.redisbroker.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@code docker:} servers. That everything works with them as with others is
 * shown by running all tests with {@code -Dredis-broker.test.redis=docker:...}.
 */
class DockerModeIntegrationTests {

	private static final Logger logger = LoggerFactory.getLogger(DockerModeIntegrationTests.class);

	private static final String IMAGE = System.getProperty("redis-broker.test.image", "redis:7.0");

	@Test
	void runsAServerInAContainerThatKeepsItsData() {
		skipUnless(DockerClientFactory.instance().isDockerAvailable(),
				"no Docker API was found, so the docker: mode has not been tried");
		try (RedisServer redis = RedisServer.builder().redis("docker:" + IMAGE).persistent(true).start()) {
			assertThat(redis.info("server").get("config_file")).startsWith("/data/");
			redis.commands().set("key", "value");
			redis.freeze();
			redis.resume();
			redis.kill();
			redis.restart();
			assertThat(redis.commands().get("key")).isEqualTo("value");
			assertThat(redis.log()).contains("Ready to accept connections");
		}
	}

	@Test
	void saysWhatToAddWithoutTestcontainers() throws IOException {
		try (ChildJvm jvm = ChildJvm.start(Main.class, (entry) -> !entry.contains("testcontainers"), Map.of())) {
			assertThat(jvm.read("failure=")).contains("docker:redis:7.0 cannot be run without Testcontainers")
				.contains("org.testcontainers:testcontainers")
				.contains("binary");
		}
	}

	@Test
	void saysWhatToStartWithoutADockerApi() throws IOException {
		skipUnless(Files.notExists(Path.of("/var/run/docker.sock")),
				"there is a Docker API at /var/run/docker.sock, so its absence has not been tried");
		try (ChildJvm jvm = ChildJvm.start(Main.class, (entry) -> true,
				Map.of("DOCKER_HOST", "unix:///no/such/docker.sock"))) {
			assertThat(jvm.read("failure=")).contains("docker:redis:7.0 cannot be run")
				.contains("Start Docker")
				.contains("DOCKER_HOST")
				.contains("binary");
		}
	}

	private static void skipUnless(boolean possible, String reason) {
		if (!possible) {
			logger.warn("Skipped: {}", reason);
			Assumptions.abort(reason);
		}
	}

	/**
	 * Prints why a container does not start.
	 */
	static final class Main {

		private Main() {
		}

		public static void main(String[] args) {
			try {
				RedisServer.builder().redis("docker:redis:7.0").start().close();
			}
			catch (RedisServerException ex) {
				System.out.println("failure=" + ex.getMessage().replace('\n', ' '));
			}
			System.exit(0);
		}

	}

}
