package io.redisbroker.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;

import io.redisbroker.test.RedisServer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A real Redis 6.2, which redis-broker refuses.
 */
final class OldRedis {

	private OldRedis() {
	}

	/** Starts the server; skips the test on a machine that runs none of the binaries. */
	static RedisServer start(Path directory) throws IOException {
		Path binary = directory.resolve("redis-server");
		if (!Files.exists(binary)) {
			assumeTrue(resources().stream().anyMatch((resource) -> isRunnable(resource, binary)),
					"No binary of Redis 6.2 for this machine");
		}
		return RedisServer.builder().redis("path:" + binary).start();
	}

	/**
	 * The static binaries need no libraries; the one for 386 also runs on amd64, unless
	 * the kernel executes 64-bit programs only.
	 */
	private static List<String> resources() {
		String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
		String arch = System.getProperty("os.arch");
		if (os.contains("linux")) {
			return switch (arch) {
				case "amd64" -> List.of("/redis-server-6.2.7-linux-386", "/redis-server-6.2.6-v5-linux-amd64");
				case "aarch64" -> List.of("/redis-server-6.2.7-linux-arm64");
				default -> List.of();
			};
		}
		return (os.contains("mac") && arch.equals("aarch64")) ? List.of("/redis-server-6.2.6-v5-darwin-arm64")
				: List.of();
	}

	private static boolean isRunnable(String resource, Path binary) {
		try (InputStream in = OldRedis.class.getResourceAsStream(resource)) {
			Files.copy(in, binary, StandardCopyOption.REPLACE_EXISTING);
			binary.toFile().setExecutable(true);
			Process process = new ProcessBuilder(binary.toString(), "--version").redirectErrorStream(true).start();
			process.getInputStream().readAllBytes();
			return process.waitFor() == 0;
		}
		catch (IOException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
