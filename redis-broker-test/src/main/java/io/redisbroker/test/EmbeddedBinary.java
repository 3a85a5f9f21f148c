package io.redisbroker.test;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * The static {@code redis-server} inside {@code org.signal:embedded-redis}, unpacked once
 * per user and machine.
 */
final class EmbeddedBinary {

	private static final String VERSION = "7.0.15";

	private static @Nullable Path unpacked;

	private EmbeddedBinary() {
	}

	/**
	 * Return the executable for this machine, unpacking it if that has not been done.
	 * @return the path of an executable file
	 * @throws RedisServerException if there is no binary for this platform
	 */
	static synchronized Path path() {
		Path path = unpacked;
		if (path == null || !Files.isExecutable(path)) {
			path = unpack(resourceName(System.getProperty("os.name", ""), System.getProperty("os.arch", "")));
			unpacked = path;
		}
		return path;
	}

	static String resourceName(String osName, String osArch) {
		String os = operatingSystem(osName.toLowerCase(Locale.ROOT));
		String arch = architecture(osArch.toLowerCase(Locale.ROOT));
		if (os == null || arch == null || ("darwin".equals(os) && "386".equals(arch))) {
			throw new RedisServerException(
					"There is no embedded Redis for " + osName + " on " + osArch + ". " + ServerSource.alternatives());
		}
		return "redis-server-" + VERSION + "-" + os + "-" + arch;
	}

	private static @Nullable String operatingSystem(String name) {
		if (name.contains("linux")) {
			return "linux";
		}
		return name.contains("mac") ? "darwin" : null;
	}

	private static @Nullable String architecture(String name) {
		return switch (name) {
			case "amd64", "x86_64" -> "amd64";
			case "aarch64", "arm64" -> "arm64";
			case "x86", "i386", "i486", "i586", "i686" -> "386";
			default -> null;
		};
	}

	private static Path unpack(String resource) {
		URL source = EmbeddedBinary.class.getClassLoader().getResource(resource);
		if (source == null) {
			throw new RedisServerException("The file " + resource + " is not on the classpath: it is in"
					+ " org.signal:embedded-redis, a dependency of redis-broker-test. " + ServerSource.alternatives());
		}
		try {
			Path target = cacheDirectory().resolve(resource);
			complete(target, source);
			return target;
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot unpack " + resource, ex);
		}
	}

	// Other JVMs see either no file or the whole one, and one they run is never written
	// to
	static void complete(Path target, URL source) throws IOException {
		if (Files.isExecutable(target) && Files.size(target) == source.openConnection().getContentLengthLong()) {
			return;
		}
		Path whole = Files.createTempFile(target.getParent(), "unpacking-", ".tmp");
		try (InputStream content = source.openStream()) {
			Files.copy(content, whole, StandardCopyOption.REPLACE_EXISTING);
			if (!whole.toFile().setExecutable(true, true)) {
				throw new IOException("Cannot make " + whole + " executable");
			}
			Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE);
		}
		finally {
			Files.deleteIfExists(whole);
		}
	}

	// Not the shared temporary directory: another user could put a program there
	private static Path cacheDirectory() throws IOException {
		try {
			return Files.createDirectories(Path.of(System.getProperty("user.home", ""), ".cache", "redis-broker-test"));
		}
		catch (IOException ex) {
			return Files.createTempDirectory("redis-broker-test-binary-");
		}
	}

}
