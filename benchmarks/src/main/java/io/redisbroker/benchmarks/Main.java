package io.redisbroker.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.redisbroker.benchmarks.Measurement.Row;
import io.redisbroker.test.RedisServer;
import org.jspecify.annotations.Nullable;

/**
 * Runs what was asked for and writes the report. In each turn of a scenario all its
 * contestants are measured one after the other, each in a JVM of its own, so that what
 * disturbs the machine for a while disturbs all of them.
 */
public final class Main {

	private final Options options;

	private final Path logs = Files.createTempDirectory("redis-broker-benchmarks");

	private Main(Options options) throws IOException {
		this.options = options;
	}

	/**
	 * Runs.
	 * @param args options, as {@code --name=value}
	 * @throws Exception when there is no report
	 */
	public static void main(String... args) throws Exception {
		new Main(Options.parse(args)).run();
	}

	private void run() throws Exception {
		List<Scenario> scenarios = Stream.of(Scenario.values())
			.filter((each) -> isWanted("scenarios", each.id()))
			.toList();
		Report report = new Report(this.options);
		for (Scenario scenario : scenarios) {
			try (RedisServer redis = startRedis()) {
				report.machine(redis);
				run(scenario, redis, report);
			}
			// after each, so that nothing is lost if the run is ended
			report.write(Path.of(this.options.text("out")));
		}
		System.out.printf("Report: %s. Output of all JVMs: %s%n", this.options.text("out"), this.logs);
	}

	private boolean isWanted(String option, String name) {
		List<String> wanted = this.options.list(option);
		return wanted.isEmpty() || wanted.contains(name);
	}

	private RedisServer startRedis() {
		String path = redisPath();
		String fsync = this.options.text("fsync");
		RedisServer.Builder builder = RedisServer.builder().redis(path.isEmpty() ? "binary" : "path:" + path);
		if (!fsync.equals("off")) {
			builder.persistent(true).option("appendfsync", fsync);
		}
		return builder.start();
	}

	/** The one that was named, else the one on the path, else none. */
	private String redisPath() {
		if (!this.options.text("redis").isEmpty()) {
			return this.options.text("redis");
		}
		return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
			.map((directory) -> Path.of(directory, "redis-server"))
			.filter(Files::isExecutable)
			.map(Path::toString)
			.findFirst()
			.orElse("");
	}

	private void run(Scenario scenario, RedisServer redis, Report report) throws Exception {
		List<Contestants> contestants = Stream.of(Contestants.values())
			.filter((each) -> each.takesPartIn(scenario))
			.filter((each) -> isWanted("contestants", each.name().toLowerCase(Locale.ROOT).replace('_', '-')))
			.filter((each) -> isHere(each, scenario, report))
			.toList();
		int turns = Math.min(this.options.number("turns"), scenario.measurement().mostTurns());
		for (int turn = 1; turn <= turns; turn++) {
			for (Contestants contestant : contestants) {
				System.out.printf("%s, turn %d: %s ... ", scenario.title(), turn, contestant.title());
				System.out.flush();
				Outcome outcome = fork(scenario, contestant, redis, turn);
				System.out.println((outcome.failure() == null) ? outcome.rows() : "failed, see " + outcome.failure());
				report.add(scenario, contestant, turn, outcome);
			}
		}
	}

	private static boolean isHere(Contestants contestant, Scenario scenario, Report report) {
		contestant.missing().ifPresent((reason) -> report.leftOut(scenario, contestant, reason));
		return contestant.missing().isEmpty();
	}

	private Outcome fork(Scenario scenario, Contestants contestant, RedisServer redis, int turn) throws Exception {
		Path log = this.logs.resolve("%s-%s-%d.log".formatted(scenario, contestant, turn));
		String heap = scenario.heap(this.options);
		List<String> command = new ArrayList<>(List.of(
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xms" + heap, "-Xmx" + heap,
				"-XX:+UseG1GC", "-XX:+ExitOnOutOfMemoryError", "-cp", System.getProperty("java.class.path")));
		if (!this.options.text("jfr").isEmpty()) {
			command.add("-XX:StartFlightRecording=settings=profile,filename=%s/%s-%s-%d.jfr"
				.formatted(this.options.text("jfr"), scenario, contestant, turn));
		}
		command
			.addAll(List.of(Runner.class.getName(), scenario.name(), contestant.name(), String.valueOf(redis.port())));
		this.options.args().forEach(command::add);
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
		if (!process.waitFor(15, TimeUnit.MINUTES)) {
			process.descendants().forEach(ProcessHandle::destroyForcibly);
			process.destroyForcibly();
		}
		return Files.readAllLines(log)
			.stream()
			.filter((line) -> line.startsWith(Runner.RESULT))
			.map((line) -> Order.JSON.readValue(line.substring(Runner.RESULT.length()), Row[].class))
			.map((rows) -> new Outcome(List.of(rows), null))
			.findFirst()
			.orElseGet(() -> new Outcome(List.of(), log));
	}

	/**
	 * What a JVM came to.
	 *
	 * @param rows what it found
	 * @param failure where to read why it did not
	 */
	record Outcome(List<Row> rows, @Nullable Path failure) {

	}

}
