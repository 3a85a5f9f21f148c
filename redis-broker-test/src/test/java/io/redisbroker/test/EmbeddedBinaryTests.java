package io.redisbroker.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link EmbeddedBinary}.
 */
class EmbeddedBinaryTests {

	@ParameterizedTest
	@CsvSource({ "Linux,amd64,linux-amd64", "Linux,aarch64,linux-arm64", "Linux,i386,linux-386",
			"Mac OS X,x86_64,darwin-amd64", "Mac OS X,aarch64,darwin-arm64" })
	void knowsTheBinaryOfAPlatform(String os, String arch, String suffix) {
		String resource = EmbeddedBinary.resourceName(os, arch);
		assertThat(resource).endsWith(suffix);
		assertThat(getClass().getClassLoader().getResource(resource)).isNotNull();
	}

	@ParameterizedTest
	@CsvSource({ "Windows 11,amd64", "Linux,riscv64", "Mac OS X,i386", "SunOS,amd64" })
	void saysWhatToSetWhereThereIsNone(String os, String arch) {
		assertThatExceptionOfType(RedisServerException.class).isThrownBy(() -> EmbeddedBinary.resourceName(os, arch))
			.withMessageContaining("no embedded Redis for " + os + " on " + arch)
			.withMessageContaining("path:/path/to/redis-server")
			.withMessageContaining("docker:");
	}

	@Test
	void replacesACopyThatIsNotComplete() throws IOException {
		Path complete = EmbeddedBinary.path();
		long size = Files.size(complete);
		Path copy = Files.createTempDirectory("embedded-binary-tests").resolve("copy");
		Files.write(copy, new byte[] { 1, 2, 3 });
		EmbeddedBinary.complete(copy, complete.toUri().toURL());
		assertThat(copy).isExecutable().hasSize(size);
		Object before = Files.getAttribute(copy, "unix:ino");
		EmbeddedBinary.complete(copy, complete.toUri().toURL());
		assertThat(Files.getAttribute(copy, "unix:ino")).isEqualTo(before);
	}

}
