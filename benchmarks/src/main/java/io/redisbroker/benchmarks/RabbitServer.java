package io.redisbroker.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import org.springframework.util.FileSystemUtils;

/**
 * A RabbitMQ of its own, as the distribution installs it, without plugins: on free ports,
 * with a directory that is deleted when it is closed. Its port mapper ({@code epmd}) is
 * its own too, since that would go on running.
 */
final class RabbitServer implements AutoCloseable {

	private static final Duration START = Duration.ofMinutes(1);

	/** Not that on the path, which Debian has for its one service. */
	private static final Path BROKER = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");

	private final int port;

	private final Path directory;

	private final Map<String, String> environment;

	private final Process epmd;

	private final Process broker;

	private RabbitServer() throws IOException {
		this.port = freePort();
		this.directory = Files.createTempDirectory("redis-broker-benchmarks-rabbitmq");
		this.environment = settings();
		this.epmd = process(List.of("epmd", "-port", this.environment.get("ERL_EPMD_PORT")));
		this.broker = process(List.of(BROKER.toString()));
	}

	static RabbitServer start() throws IOException {
		RabbitServer server = new RabbitServer();
		try {
			server.awaitAnswer();
			return server;
		}
		catch (IOException | RuntimeException ex) {
			server.close();
			throw ex;
		}
	}

	/** Why there can be none, if so. */
	static Optional<String> missing() {
		return Files.isExecutable(BROKER) ? Optional.empty()
				: Optional.of("no rabbitmq-server is installed (apt-get install rabbitmq-server)");
	}

	/** From the name of its directory. */
	static String version() {
		try (Stream<Path> directories = Files.list(BROKER.resolve("../../lib").normalize())) {
			return directories.map((directory) -> directory.getFileName().toString())
				.filter((name) -> name.startsWith("rabbitmq_server-"))
				.map((name) -> name.replace("rabbitmq_server-", "RabbitMQ "))
				.findFirst()
				.orElse("RabbitMQ");
		}
		catch (IOException ex) {
			return "no RabbitMQ";
		}
	}

	private Process process(List<String> command) throws IOException {
		ProcessBuilder builder = environment(new ProcessBuilder(command));
		return builder.redirectErrorStream(true).redirectOutput(file("output").toFile()).start();
	}

	private ProcessBuilder environment(ProcessBuilder builder) {
		builder.environment().putAll(this.environment);
		return builder.directory(this.directory.toFile());
	}

	private Map<String, String> settings() throws IOException {
		Map<String, String> settings = new HashMap<>();
		settings.put("HOME", this.directory.toString());
		settings.put("ERL_EPMD_PORT", String.valueOf(freePort()));
		settings.put("ERL_EPMD_ADDRESS", "127.0.0.1");
		settings.put("RABBITMQ_NODENAME", "benchmark-" + this.port + "@localhost");
		settings.put("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1");
		settings.put("RABBITMQ_NODE_PORT", String.valueOf(this.port));
		settings.put("RABBITMQ_DIST_PORT", String.valueOf(freePort()));
		settings.put("RABBITMQ_MNESIA_BASE", file("data").toString());
		settings.put("RABBITMQ_LOG_BASE", file("log").toString());
		settings.put("RABBITMQ_ENABLED_PLUGINS_FILE", file("no-plugins").toString());
		settings.put("RABBITMQ_CONFIG_FILE", file("no-configuration").toString());
		settings.put("RABBITMQ_CONF_ENV_FILE", file("no-environment").toString());
		// the script becomes the broker, in place of starting it: one process to measure
		// and to stop
		settings.put("RUNNING_UNDER_SYSTEMD", "true");
		return settings;
	}

	private Path file(String name) {
		return this.directory.resolve(name);
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	private void awaitAnswer() throws IOException {
		long deadline = System.nanoTime() + START.toNanos();
		while (!answers()) {
			if (!this.broker.isAlive() || System.nanoTime() > deadline) {
				throw new IOException("RabbitMQ did not start: " + Files.readString(file("output")));
			}
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
		}
	}

	private boolean answers() {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress("127.0.0.1", this.port), 1_000);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	int port() {
		return this.port;
	}

	/** How many messages all queues hold, those that were handed out included. */
	long messages() throws IOException, InterruptedException {
		Process process = environment(new ProcessBuilder(BROKER.resolveSibling("rabbitmqctl").toString(), "--quiet",
				"list_queues", "--no-table-headers", "messages"))
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
			.toList();
		if (process.waitFor() != 0) {
			throw new IOException("rabbitmqctl failed: " + lines);
		}
		return lines.stream().mapToLong((line) -> Long.parseLong(line.strip())).sum();
	}

	Duration cpuTime() {
		return CpuClock.of(this.broker);
	}

	@Override
	public void close() {
		this.broker.destroyForcibly().onExit().join();
		this.epmd.destroyForcibly().onExit().join();
		FileSystemUtils.deleteRecursively(this.directory.toFile());
	}

}
