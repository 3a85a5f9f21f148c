package io.redisbroker.benchmarks;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.lettuce.core.RedisURI;

/**
 * Rqueue, tuned, in a process of its own with the generation of Spring that it needs: the
 * module {@code rqueue} beside this one. Its Javadoc lists the settings that are not
 * defaults. The process prints the ids of the messages that it has handled, and this
 * class passes them to the handler.
 */
final class Rqueue implements Contestant {

	private final Process process;

	private final PrintStream commands;

	private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

	private volatile Consumer<Order> handler = (order) -> {
	};

	private Rqueue(RedisURI redis) throws Exception {
		this.process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xms" + heap(), "-Xmx" + heap(), "-XX:+UseG1GC", "-cp", classPath(),
				"io.redisbroker.benchmarks.rqueue.RqueueApplication", String.valueOf(redis.getPort()))
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		this.commands = new PrintStream(this.process.getOutputStream(), true, StandardCharsets.UTF_8);
		new Thread(this::read, "rqueue").start();
		await("ready");
	}

	static Rqueue start(RedisURI redis) {
		try {
			return new Rqueue(redis);
		}
		catch (Exception ex) {
			throw new IllegalStateException("There is no Rqueue to measure", ex);
		}
	}

	/** The reason why Rqueue can't be measured, if there is one. */
	static Optional<String> missing() {
		return Files.exists(target().resolve("class-path")) ? Optional.empty()
				: Optional.of("it is not built (benchmarks/run does that)");
	}

	static String version() {
		return missing().isPresent() ? "no Rqueue"
				: Machine.version("Rqueue", "rqueue-spring-boot-starter", classPath());
	}

	/** The directory in which it was built. */
	private static Path target() {
		try {
			Path classes = Path.of(Rqueue.class.getProtectionDomain().getCodeSource().getLocation().toURI());
			return classes.resolve("../../rqueue/target").normalize();
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static String classPath() {
		try {
			return target().resolve("classes") + File.pathSeparator + Files.readString(target().resolve("class-path"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The heap of this JVM. */
	private static long heap() {
		return Runtime.getRuntime().maxMemory();
	}

	private void read() {
		try (BufferedReader lines = this.process.inputReader(StandardCharsets.UTF_8)) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				if (Character.isDigit(line.charAt(0))) {
					this.handler.accept(new Order(Long.parseLong(line), "", 0, List.of(), ""));
				}
				else {
					this.answers.add(line);
				}
			}
		}
		catch (IOException ex) {
			ex.printStackTrace();
		}
	}

	private void await(String answer) {
		String found = answer();
		if (!answer.equals(found)) {
			throw new IllegalStateException("Rqueue says %s, not %s".formatted(found, answer));
		}
	}

	private String answer() {
		try {
			return Objects.requireNonNull(this.answers.poll(2, TimeUnit.MINUTES), "Rqueue says nothing");
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void fill(Source source, long messages, Server server) throws Exception {
		this.commands.println("fill " + messages + " " + server.payload(0));
		await("filled");
	}

	@Override
	public AutoCloseable listen(Source source, Consumer<Order> handler) {
		this.handler = handler;
		this.commands.println("listen");
		return () -> {
			this.commands.println("stop");
			await("stopped");
		};
	}

	@Override
	public long unsettled(Source source, Server server) {
		return server.connection().sync().zcard("__rq::p-queue::{" + source.name() + "}");
	}

	@Override
	public Duration clientCpu() {
		return CpuClock.of(this.process);
	}

	@Override
	public Duration compileTime() {
		this.commands.println("compiled");
		return Duration.ofMillis(Long.parseLong(answer().substring("compiled ".length())));
	}

	@Override
	public void close() throws InterruptedException {
		this.commands.close();
		if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
			this.process.destroyForcibly();
		}
	}

}
