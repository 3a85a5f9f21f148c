package io.redisbroker.support;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A consumer in a JVM of its own, which a test can kill and freeze. Started through
 * {@link ConsumerProcesses}, which ends it with the test.
 */
public final class ConsumerProcess {

	/**
	 * Freezes a process until a line arrives, and kills it when the JVM of the test ends
	 * without a line.
	 */
	private static final String FREEZE = """
			kill -STOP "$1" || exit 1
			if read -r line; then kill -CONT "$1"; else kill -KILL "$1"; fi
			""";

	private final String instance;

	private final Path output;

	private final Process process;

	private Process freezer;

	ConsumerProcess(ConsumerOptions options) {
		this.instance = options.instance();
		try {
			this.output = Files.createTempFile("redis-broker-consumer-" + this.instance, ".log");
			this.process = new ProcessBuilder(command(options)).redirectErrorStream(true)
				.redirectOutput(Redirect.appendTo(this.output.toFile()))
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot start consumer " + this.instance, ex);
		}
	}

	private static List<String> command(ConsumerOptions options) {
		String java = String.join(File.separator, System.getProperty("java.home"), "bin", "java");
		return List.of(java, "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:+UseSerialGC", "-Xmx128m",
				"-Dlog.level=debug", "-cp", System.getProperty("java.class.path"), ConsumerMain.class.getName(),
				options.format());
	}

	public String instance() {
		return this.instance;
	}

	public boolean isAlive() {
		return this.process.isAlive();
	}

	/** Kills it with {@code SIGKILL}. */
	public void kill() {
		this.process.destroyForcibly();
		awaitExit();
	}

	/** Ends it with {@code SIGTERM}, as a deployment does. */
	public void terminate() {
		this.process.destroy();
	}

	/**
	 * Waits until it has ended by itself.
	 * @return its exit status
	 */
	public int awaitExit() {
		Patience.await().until(() -> !this.process.isAlive());
		return this.process.exitValue();
	}

	/** Stops it with {@code SIGSTOP}, as a long garbage collection would. */
	public void freeze() {
		try {
			this.freezer = new ProcessBuilder("sh", "-c", FREEZE, "freezer", Long.toString(this.process.pid()))
				.redirectErrorStream(true)
				.redirectOutput(Redirect.appendTo(this.output.toFile()))
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot freeze consumer " + this.instance, ex);
		}
		Patience.await().until(this::isFrozen);
	}

	/** A signal acts a moment after it was sent. */
	private boolean isFrozen() throws IOException {
		Path stat = Path.of("/proc", Long.toString(this.process.pid()), "stat");
		if (!Files.exists(stat)) {
			return true;
		}
		String line = Files.readString(stat);
		return line.startsWith("T", line.lastIndexOf(')') + 2);
	}

	/** Continues it after {@link #freeze()}. */
	public void resume() {
		try {
			this.freezer.getOutputStream().write('\n');
			this.freezer.getOutputStream().close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot resume consumer " + this.instance, ex);
		}
	}

	String output() {
		try {
			return Files.readString(this.output, StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	void close() {
		this.process.destroyForcibly();
		if (this.freezer != null) {
			this.freezer.destroyForcibly();
		}
		awaitExit();
		try {
			Files.delete(this.output);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
