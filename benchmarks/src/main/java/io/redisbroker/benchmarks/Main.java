package io.redisbroker.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.redisbroker.benchmarks.Measurement.Row;
import io.redisbroker.test.RedisServer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the selected scenarios and writes the report. In each turn of a scenario all its
 * contestants are measured one after the other, each in a JVM of its own, so that a
 * disturbance of the machine affects all of them.
 */
public final class Main {

	/** The time limit of a JVM. */
	private static final int MOST_MINUTES = 15;

	private final Options options;

	private final Path logs = Files.createTempDirectory("redis-broker-benchmarks");

	private Main(Options options) throws IOException {
		this.options = options;
	}

	/**
	 * Runs the benchmarks. The exit code is 0, 1 if a JVM failed, or 2 if an option was
	 * refused.
	 * @param args options, as {@code --name=value}
	 * @throws Exception when the report can't be written
	 */
	public static void main(String... args) throws Exception {
		System.exit(run(args));
	}

	static int run(String... args) throws Exception {
		if (List.of(args).contains("--help")) {
			System.out.println(Options.help());
			return 0;
		}
		Options options;
		try {
			options = Options.parse(args);
			createDirectories(options);
		}
		catch (IllegalArgumentException ex) {
			System.err.println(ex.getMessage());
			return 2;
		}
		return new Main(options).run() ? 0 : 1;
	}

	/**
	 * Called before measuring, so that no measurement is lost because a file can't be
	 * written.
	 */
	private static void createDirectories(Options options) {
		createDirectory("out", Objects.requireNonNull(options.out().getParent()));
		if (!options.text("jfr").isEmpty()) {
			createDirectory("jfr", Path.of(options.text("jfr")));
		}
	}

	private static void createDirectory(String option, Path directory) {
		try {
			// on Java 17 creating a directory fails if it is a symbolic link to one
			if (!Files.isDirectory(directory)) {
				Files.createDirectories(directory);
			}
		}
		catch (IOException ex) {
			throw new IllegalArgumentException("--%s: '%s' cannot be created: %s".formatted(option, directory, ex), ex);
		}
		if (!Files.isWritable(directory)) {
			throw new IllegalArgumentException("--%s: '%s' cannot be written to".formatted(option, directory));
		}
	}

	/** Whether no JVM failed. */
	private boolean run() throws Exception {
		List<Scenario> scenarios = Stream.of(Scenario.values()).filter(this.options::includes).toList();
		Report report = new Report(this.options);
		boolean succeeded = true;
		for (Scenario scenario : scenarios) {
			try (RedisServer redis = startRedis()) {
				report.machine(redis);
				succeeded &= run(scenario, redis, report);
			}
			// after each scenario, so that results are kept if the run is ended
			report.write(this.options.out());
		}
		System.out.printf("Report: %s. Output of all JVMs: %s%n", this.options.out(), this.logs);
		return succeeded;
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

	/** The server of --redis, else the one on the path, else an empty path. */
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

	private boolean run(Scenario scenario, RedisServer redis, Report report) throws Exception {
		List<Contestants> contestants = Stream.of(Contestants.values())
			.filter((each) -> each.takesPartIn(scenario))
			.filter(this.options::includes)
			.filter((each) -> isHere(each, scenario, report))
			.toList();
		int turns = Math.min(this.options.number("turns"), scenario.measurement().mostTurns());
		boolean succeeded = true;
		for (int turn = 1; turn <= turns; turn++) {
			for (Contestants contestant : contestants) {
				System.out.printf("%s, turn %d: %s ... ", scenario.title(), turn, contestant.title());
				System.out.flush();
				Outcome outcome = fork(scenario, contestant, redis, turn);
				System.out.println((outcome.failure() == null) ? outcome.rows() : outcome.problem());
				add(scenario, contestant, turn, outcome, report);
				succeeded &= outcome.failure() == null;
			}
		}
		return succeeded;
	}

	/** Adds an outcome to the report, a failure with its reason if that is known. */
	static void add(Scenario scenario, Contestants contestant, int turn, Outcome outcome, Report report) {
		report.add(scenario, contestant, turn, outcome);
		if (outcome.ended()) {
			report.leftOut(scenario, contestant,
					"the JVM of turn %d was ended after %d minutes".formatted(turn, MOST_MINUTES));
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
		boolean ended = !process.waitFor(MOST_MINUTES, TimeUnit.MINUTES);
		if (ended) {
			printThreads(process);
			process.descendants().forEach(ProcessHandle::destroyForcibly);
			process.destroyForcibly();
		}
		return Outcome.read(log, ended);
	}

	/**
	 * Prints the stacks of all threads into the log of the JVM, to show where it hangs.
	 */
	private static void printThreads(Process process) throws Exception {
		// the kill of the shell, because not every system has a program of that name
		new ProcessBuilder("sh", "-c", "kill -QUIT " + process.pid()).inheritIO().start().waitFor();
		process.waitFor(2, TimeUnit.SECONDS);
	}

	/**
	 * The outcome of a JVM.
	 *
	 * @param rows the rows with its figures
	 * @param failure the log that shows the failure, or {@code null}
	 * @param ended whether it was ended because it took too long
	 */
	record Outcome(List<Row> rows, @Nullable Path failure, boolean ended) {

		Outcome(List<Row> rows, @Nullable Path failure) {
			this(rows, failure, false);
		}

		/** Reads the outcome of the JVM that wrote this log. */
		static Outcome read(Path log, boolean ended) throws IOException {
			return Files.readAllLines(log)
				.stream()
				.filter((line) -> line.startsWith(Runner.RESULT))
				.map((line) -> Order.JSON.readValue(line.substring(Runner.RESULT.length()), Row[].class))
				.map((rows) -> new Outcome(List.of(rows), null))
				.findFirst()
				.orElseGet(() -> new Outcome(List.of(), log, ended));
		}

		String problem() {
			String how = this.ended ? "was ended after %d minutes".formatted(MOST_MINUTES) : "failed";
			return "%s, see %s".formatted(how, this.failure);
		}

	}

}
