package io.redisbroker.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ServerSource}.
 */
@Isolated("sets a system property")
class ServerSourceTests {

	@Test
	void isTheBinaryByDefault() {
		assertThat(withProperty(null)).isEqualTo("binary");
	}

	@Test
	void isWhatTheSystemPropertySays() {
		assertThat(withProperty("docker:redis:8.2")).isEqualTo("docker:redis:8.2");
	}

	@Test
	void isWhatTheBuilderSaysRatherThanTheSystemProperty() {
		String before = System.setProperty(ServerSource.PROPERTY, "docker:redis:8.2");
		try {
			assertThat(ServerSource.of("binary")).hasToString("binary");
		}
		finally {
			restore(before);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "redis", "Binary", "docker:", "docker", "/usr/bin/redis-server" })
	void listsTheFormsForWhatIsNone(String form) {
		assertThatExceptionOfType(RedisServerException.class).isThrownBy(() -> ServerSource.of(form))
			.withMessageContaining("'" + form + "' does not say which Redis to run")
			.withMessageContaining("-Dredis-broker.test.redis=binary")
			.withMessageContaining("path:/path/to/redis-server")
			.withMessageContaining("docker:redis:8.2");
	}

	@Test
	void rejectsAPathThatIsNoExecutableFile(@TempDir Path directory) throws IOException {
		Path text = Files.createFile(directory.resolve("redis-server"));
		for (Path path : new Path[] { directory, directory.resolve("missing"), text }) {
			assertThatExceptionOfType(RedisServerException.class).isThrownBy(() -> ServerSource.of("path:" + path))
				.withMessageContaining("'path:" + path + "' names no executable file");
		}
	}

	private static String withProperty(String value) {
		String before = (value != null) ? System.setProperty(ServerSource.PROPERTY, value)
				: System.clearProperty(ServerSource.PROPERTY);
		try {
			return ServerSource.of(null).toString();
		}
		finally {
			restore(before);
		}
	}

	private static void restore(String before) {
		if (before != null) {
			System.setProperty(ServerSource.PROPERTY, before);
		}
		else {
			System.clearProperty(ServerSource.PROPERTY);
		}
	}

}
