package io.redisbroker.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

import io.redisbroker.test.RedisServer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A real Redis 6.2, which redis-broker refuses.
 */
final class OldRedis {

	private OldRedis() {
	}

	/** Starts the server; skips the test on a machine for which there is no binary. */
	static RedisServer start(Path directory) throws IOException {
		String resource = resource();
		assumeTrue(resource != null, "No binary of Redis 6.2 for this machine");
		Path binary = directory.resolve("redis-server");
		if (!Files.exists(binary)) {
			try (InputStream in = OldRedis.class.getResourceAsStream(resource)) {
				Files.copy(in, binary);
			}
			binary.toFile().setExecutable(true);
		}
		return RedisServer.builder().redis("path:" + binary).start();
	}

	/** The static binaries, which need no libraries; those for 386 also run on amd64. */
	private static String resource() {
		String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
		String arch = System.getProperty("os.arch");
		if (os.contains("linux")) {
			return switch (arch) {
				case "amd64" -> "/redis-server-6.2.7-linux-386";
				case "aarch64" -> "/redis-server-6.2.7-linux-arm64";
				default -> null;
			};
		}
		return (os.contains("mac") && arch.equals("aarch64")) ? "/redis-server-6.2.6-v5-darwin-arm64" : null;
	}

}
