package io.redisbroker.test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Which Redis is run, and how: one of the forms that {@link #PROPERTY} accepts.
 */
final class ServerSource {

	/** The system property that selects the Redis to run. */
	static final String PROPERTY = "redis-broker.test.redis";

	private static final String BINARY = "binary";

	private static final String PATH = "path:";

	private static final String DOCKER = "docker:";

	private final String text;

	private final Function<ServerSpec, ServerProcess> factory;

	private ServerSource(String text, Function<ServerSpec, ServerProcess> factory) {
		this.text = text;
		this.factory = factory;
	}

	/**
	 * Parse one of the forms, or take the system property's.
	 * @param text the form, {@code null} for the value of the system property
	 * @return the source
	 * @throws RedisServerException if it is none of the forms
	 */
	static ServerSource of(@Nullable String text) {
		String form = (text != null) ? text : System.getProperty(PROPERTY, BINARY);
		if (form.equals(BINARY)) {
			return new ServerSource(form, (spec) -> new NativeProcess(EmbeddedBinary.path(), spec));
		}
		if (form.startsWith(PATH)) {
			Path path = executable(form);
			return new ServerSource(form, (spec) -> new NativeProcess(path, spec));
		}
		if (form.startsWith(DOCKER) && form.length() > DOCKER.length()) {
			requireTestcontainers(form);
			String image = form.substring(DOCKER.length());
			return new ServerSource(form, (spec) -> new ContainerProcess(image, spec));
		}
		throw new RedisServerException("'" + form + "' does not say which Redis to run. " + alternatives());
	}

	private static Path executable(String form) {
		Path path = Path.of(form.substring(PATH.length())).toAbsolutePath();
		if (!Files.isRegularFile(path) || !Files.isExecutable(path)) {
			throw new RedisServerException("'" + form + "' names no executable file. " + alternatives());
		}
		return path;
	}

	private static void requireTestcontainers(String form) {
		try {
			Class.forName("org.testcontainers.DockerClientFactory", false, ServerSource.class.getClassLoader());
		}
		catch (ClassNotFoundException ex) {
			throw new RedisServerException(form + " cannot be run without Testcontainers: add the test dependency"
					+ " org.testcontainers:testcontainers. Or do without: " + alternatives(), ex);
		}
	}

	static String alternatives() {
		return "Set -D" + PROPERTY + "=binary for the embedded Redis 7.0 (Linux and macOS; the default),"
				+ " path:/path/to/redis-server for any redis-server or valkey-server on this machine,"
				+ " or docker:redis:8.2 for an image, where a Docker API and Testcontainers are there."
				+ " Where an application starts an embedded Redis, redis-broker.embedded.redis takes the same values.";
	}

	/**
	 * Prepare a server with empty data. It is not started.
	 * @param spec the server to run
	 * @return the process
	 */
	ServerProcess prepare(ServerSpec spec) {
		return this.factory.apply(spec);
	}

	@Override
	public String toString() {
		return this.text;
	}

}
