package io.redisbroker.test;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A Redis server as a child process of this JVM, in a temporary directory of its own.
 */
final class NativeProcess implements ServerProcess {

	private static final Duration GRACE = Duration.ofSeconds(10);

	private final ServerSpec spec;

	private final List<String> command;

	private final Path directory;

	private final Path configuration;

	private final Path log;

	private final OrphanGuard guard;

	private @Nullable Process process;

	NativeProcess(Path executable, ServerSpec spec) {
		this.spec = spec;
		try {
			this.directory = Files.createTempDirectory(spec.name() + "-");
			this.guard = new OrphanGuard(this.directory);
			this.configuration = this.directory.resolve("redis.conf");
			this.log = this.directory.resolve("redis.log");
			List<String> lines = new ArrayList<>(spec.configuration());
			lines.add("dir \"" + this.directory + "\"");
			Files.write(this.configuration, lines);
			Files.createFile(this.log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot prepare a directory for " + spec.name(), ex);
		}
		this.command = command(executable);
	}

	// In a session of its own: Ctrl+C in a terminal is for the application, which still
	// needs its Redis to shut down
	private List<String> command(Path executable) {
		List<String> command = new ArrayList<>();
		findOnPath("setsid").ifPresent(command::add);
		command.add(executable.toString());
		command.add(this.configuration.toString());
		if (this.spec.sentinel()) {
			command.add("--sentinel");
		}
		return command;
	}

	private static Optional<String> findOnPath(String program) {
		String path = System.getenv("PATH");
		return Stream.of(((path != null) ? path : "").split(File.pathSeparator))
			.filter((entry) -> !entry.isEmpty())
			.map((entry) -> Path.of(entry, program))
			.filter(Files::isExecutable)
			.map(Path::toString)
			.findFirst();
	}

	@Override
	public void start() {
		try {
			Process process = new ProcessBuilder(this.command).directory(this.directory.toFile())
				.redirectErrorStream(true)
				.redirectOutput(Redirect.appendTo(this.log.toFile()))
				.start();
			this.process = process;
			process.getOutputStream().close();
			this.guard.guard(process.pid());
			process.onExit().thenRun(() -> this.guard.forget(process.pid()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot start " + this.spec.name(), ex);
		}
	}

	@Override
	public void terminate() {
		Process process = this.process;
		if (process != null) {
			process.destroy();
			awaitEnd(process);
		}
	}

	@Override
	public void kill() {
		Process process = this.process;
		if (process != null) {
			process.destroyForcibly();
			awaitEnd(process);
		}
	}

	private void awaitEnd(Process process) {
		try {
			if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
				process.destroyForcibly().waitFor();
			}
		}
		catch (InterruptedException ex) {
			process.destroyForcibly();
			Thread.currentThread().interrupt();
			throw new RedisServerException("Interrupted while " + this.spec.name() + " ends", ex);
		}
	}

	@Override
	public void freeze() {
		signal("STOP");
		Await.until(() -> this.spec.name() + " frozen", this::isStopped);
	}

	@Override
	public void resume() {
		signal("CONT");
	}

	// The shell's own kill: the program of that name is not installed everywhere
	private void signal(String signal) {
		run("kill -" + signal + " " + pid());
	}

	// A signal acts a moment after it was sent; ps is not installed everywhere
	private boolean isStopped() {
		Path stat = Path.of("/proc", Long.toString(pid()), "stat");
		if (!Files.exists(stat)) {
			return true;
		}
		try {
			String line = Files.readString(stat);
			return line.startsWith("T", line.lastIndexOf(')') + 2);
		}
		catch (IOException ex) {
			return true;
		}
	}

	private void run(String script) {
		try {
			int status = new ProcessBuilder("sh", "-c", script).redirectErrorStream(true)
				.redirectOutput(Redirect.DISCARD)
				.start()
				.waitFor();
			if (status != 0) {
				throw new RedisServerException("`" + script + "` for " + this.spec.name() + " ended with " + status);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot run `" + script + "`", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new RedisServerException("Interrupted in `" + script + "`", ex);
		}
	}

	@Override
	public boolean isAlive() {
		return this.process != null && this.process.isAlive();
	}

	@Override
	public long pid() {
		if (this.process == null) {
			throw new RedisServerException(this.spec.name() + " has not been started");
		}
		return this.process.pid();
	}

	@Override
	public String log() {
		try {
			return new String(Files.readAllBytes(this.log), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot read the log of " + this.spec.name(), ex);
		}
	}

	@Override
	public String configurationFile() {
		return this.configuration.toString();
	}

	@Override
	public void close() {
		try {
			kill();
		}
		finally {
			closeWatchdog();
		}
	}

	private void closeWatchdog() {
		try {
			this.guard.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot remove the data of " + this.spec.name(), ex);
		}
	}

}
