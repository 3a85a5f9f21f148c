package io.redisbroker.benchmarks;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;

import org.springframework.util.Assert;
import org.springframework.util.FileSystemUtils;

/**
 * Measures the time from the start of the JVM until the application is ready, with three
 * listeners and without redis-broker, in turn. There are two applications. One uses Redis
 * only for the listeners, so loading the driver and connecting count too. The other also
 * sends one {@code PING} at its start, through Spring Data.
 */
final class Startup implements Measurement {

	private static final String MILLIS = "ms until ready";

	private static final String MORE = "ms more than the same without";

	private static final String CPU = "CPU ms until ready";

	private static final String MORE_CPU = "CPU ms more than the same without";

	@Override
	public List<Column> columns() {
		return List.of(new Column(MILLIS, false, 0), new Column(MORE, false, 0), new Column(CPU, false, 0),
				new Column(MORE_CPU, false, 0));
	}

	/** One turn starts each application often enough. */
	@Override
	public int mostTurns() {
		return 1;
	}

	@Override
	public List<Row> measure(Contestant contestant, Server server, Options options) throws Exception {
		List<Start> without = new ArrayList<>();
		List<Start> with = new ArrayList<>();
		List<Start> pinging = new ArrayList<>();
		List<Start> pingingWith = new ArrayList<>();
		Path jars = Files.createTempDirectory("startup");
		try {
			String classPath = classPath(".*redis-broker-(core|autoconfigure|spring-boot-starter|test).*", jars);
			String classPathWith = classPath(".*redis-broker-test.*", jars);
			for (int start = 0; start < options.number("starts"); start++) {
				without.add(start(server, classPath, "plain"));
				with.add(start(server, classPathWith, "plain"));
				pinging.add(start(server, classPath, StartupApplication.PING));
				pingingWith.add(start(server, classPathWith, StartupApplication.PING));
			}
		}
		finally {
			FileSystemUtils.deleteRecursively(jars);
		}
		server.flush();
		return List.of(row("without it", without, without), row("with three listeners", with, without),
				row("without it, with a PING", pinging, pinging),
				row("with three listeners and a PING", pingingWith, pinging));
	}

	private static Row row(String variant, List<Start> starts, List<Start> without) {
		double millis = median(starts, Start::millis);
		double cpu = median(starts, Start::cpuMillis);
		return new Row(variant, Map.of(MILLIS, millis, MORE, millis - median(without, Start::millis), CPU, cpu,
				MORE_CPU, cpu - median(without, Start::cpuMillis)));
	}

	private static double median(List<Start> starts, Function<Start, Double> figure) {
		return Statistics.median(starts.stream().map(figure).toList());
	}

	private static Start start(Server server, String classPath, String mode) throws Exception {
		long start = System.nanoTime();
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				classPath, StartupApplication.class.getName(), String.valueOf(server.uri().getPort()), mode)
			.redirectErrorStream(true)
			.start();
		try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
			List<String> read = new ArrayList<>();
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				if (line.equals(StartupApplication.READY)) {
					return new Start((System.nanoTime() - start) / 1e6, CpuClock.of(process).toNanos() / 1e6);
				}
				read.add(line);
			}
			throw new IOException("It did not start: " + String.join("\n", read));
		}
		finally {
			process.destroyForcibly().waitFor();
		}
	}

	/**
	 * The class path of an application, with the modules of the project as jars: with a
	 * directory in front, each class of other jars would be searched there first.
	 */
	private static String classPath(String without, Path jars) {
		return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !entry.matches(without))
			.map((entry) -> entry.contains("redis-broker-") && Files.isDirectory(Path.of(entry)) ? jar(entry, jars)
					: entry)
			.collect(Collectors.joining(File.pathSeparator));
	}

	private static String jar(String directory, Path jars) {
		String jar = jars.resolve(directory.replace(File.separatorChar, '_') + ".jar").toString();
		int status = ToolProvider.findFirst("jar")
			.orElseThrow()
			.run(System.out, System.err, "--create", "--file", jar, "-C", directory, ".");
		Assert.state(status == 0, "No jar of " + directory);
		return jar;
	}

	/** The time of one start. */
	private record Start(double millis, double cpuMillis) {

	}

}
