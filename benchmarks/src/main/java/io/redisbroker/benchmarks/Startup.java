package io.redisbroker.benchmarks;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How long an application takes from the start of its JVM until it is ready, with three
 * listeners and without redis-broker, in turn. Without, it does not use Redis at all, or
 * sends one {@code PING}, which loads the client and connects.
 */
final class Startup implements Measurement {

	private static final String MILLIS = "ms until ready";

	private static final String MORE = "ms more than without";

	private static final String CPU = "CPU ms until ready";

	private static final String MORE_CPU = "CPU ms more than without";

	@Override
	public List<Column> columns() {
		return List.of(new Column(MILLIS, false, 0), new Column(MORE, false, 0), new Column(CPU, false, 0),
				new Column(MORE_CPU, false, 0));
	}

	/** It starts each often enough by itself. */
	@Override
	public int mostTurns() {
		return 1;
	}

	@Override
	public List<Row> measure(Contestant contestant, Server server, Options options) throws Exception {
		List<Start> without = new ArrayList<>();
		List<Start> pinging = new ArrayList<>();
		List<Start> with = new ArrayList<>();
		for (int start = 0; start < options.number("starts"); start++) {
			without.add(start(server, false, "plain"));
			pinging.add(start(server, false, StartupApplication.PING));
			with.add(start(server, true, "plain"));
		}
		server.flush();
		return List.of(row("without it", without, without), row("without it, but with a PING", pinging, without),
				row("with three listeners", with, without));
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

	private static Start start(Server server, boolean with, String mode) throws Exception {
		long start = System.nanoTime();
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				classPath(with), StartupApplication.class.getName(), String.valueOf(server.uri().getPort()), mode)
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

	/** What an application has: of the project, the starter or nothing. */
	private static String classPath(boolean with) {
		String without = with ? ".*redis-broker-test.*"
				: ".*redis-broker-(core|autoconfigure|spring-boot-starter|test).*";
		return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !entry.matches(without))
			.collect(Collectors.joining(File.pathSeparator));
	}

	/** What one start took. */
	private record Start(double millis, double cpuMillis) {

	}

}
