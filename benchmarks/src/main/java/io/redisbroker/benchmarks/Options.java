package io.redisbroker.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The options of a run, given as {@code --name=value}, with the defaults of a full run.
 *
 * @param values values by name
 */
record Options(Map<String, String> values) {

	/** The report of a full run, relative to the root of the project. */
	private static final String FULL_REPORT = "docs/benchmarks.md";

	/** The system property with the directory that relative paths start from. */
	private static final String DIRECTORY = "benchmarks.directory";

	private static final List<String> SCENARIOS = Stream.of(Scenario.values()).map(Scenario::id).toList();

	private static final List<String> CONTESTANTS = Stream.of(Contestants.values()).map(Options::id).toList();

	private static final Map<String, Option> ALL = Stream
		.of(new Option("scenarios", "", names(SCENARIOS), "scenarios to measure, of " + String.join(", ", SCENARIOS)),
				new Option(
						"contestants", "", names(CONTESTANTS),
						"contestants to measure, of " + String.join(", ", CONTESTANTS)),
				new Option("turns", "3", number(1), "number of times that everything is measured"),
				new Option("warm-ups", "8", number(0), "smallest number of rounds before the measured round"),
				new Option("seconds", "2", number(1), "about how many seconds the measured round lasts"),
				new Option("messages", "0", number(0),
						"messages per round, instead of --seconds; 0: as many as it takes"),
				new Option("payload", "200", number(1), "bytes of JSON"),
				new Option("payloads", "100,1000,10000,100000", numbers(),
						"bytes of JSON, where payloads are compared"),
				new Option("backlogs", "1000,100000,10000000", numbers(),
						"messages behind, where backlogs are compared"),
				new Option("instances", "1,4,16", numbers(), "applications that share one source"),
				new Option("streams", "1,20,200", numbers(), "streams that one listener reads"),
				new Option("starts", "9", number(1), "number of starts of an application"),
				new Option("flood", "300000", number(1), "messages of the flood"),
				new Option("listeners", "1,20,200", numbers(), "numbers of idle listeners"),
				new Option("idle-seconds", "15", number(1), "seconds for which idle listeners are watched"),
				new Option("heap", "1g", one((value) -> value.matches("[1-9][0-9]*[kKmMgG]?"), "no size such as 512m"),
						"of each JVM"),
				new Option("fsync", "off",
						one(List.of("off", "everysec", "always")::contains, "none of off, everysec, always"),
						"with an append-only file, unless off"),
				new Option("redis", "", path(Options::isProgram, "no program"),
						"the Redis server, instead of the one on the PATH"),
				new Option("jfr", "", path((value) -> true, ""), "a directory for recordings of each JVM"),
				new Option("note", "", one((value) -> true, ""), "a sentence for the report"),
				new Option("out", "", path((value) -> !Files.isDirectory(Path.of(value)), "no file"),
						"the report; of a full run " + FULL_REPORT))
		.collect(Collectors.toMap(Option::name, Function.identity(), (one, other) -> one, LinkedHashMap::new));

	/**
	 * Reads options, and refuses values that would fail later or measure something else.
	 * @param args options, as {@code --name=value}
	 * @return these options, with defaults for all others
	 * @throws IllegalArgumentException with a message for the user
	 */
	static Options parse(String... args) {
		Map<String, String> values = new LinkedHashMap<>();
		ALL.forEach((name, option) -> values.put(name, option.byDefault()));
		for (String arg : args) {
			String[] parts = arg.split("=", 2);
			Option option = ALL.get(parts[0].startsWith("--") ? parts[0].substring(2) : "");
			if (option == null || parts.length != 2) {
				throw new IllegalArgumentException(
						"'%s' is none of the options --%s=...".formatted(arg, String.join("=..., --", ALL.keySet())));
			}
			values.put(option.name(), option.check().read(option, parts[1]));
		}
		Options options = new Options(values);
		refuseIf(!options.anyTakesPart(), "None of --contestants takes part in any of --scenarios");
		refuseIf(options.text("out").isEmpty() && options.leavesOut(),
				"A run without all scenarios and contestants does not replace %s: give --out=<file>", FULL_REPORT);
		return options;
	}

	/** The text that {@code --help} prints. */
	static String help() {
		return ALL.values().stream().map(Option::help).collect(Collectors.joining("\n"));
	}

	/** The name in options, as in {@code --contestants=raw,spring-data}. */
	static String id(Contestants contestant) {
		return contestant.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	boolean includes(Scenario scenario) {
		return includes("scenarios", scenario.id());
	}

	boolean includes(Contestants contestant) {
		return includes("contestants", id(contestant));
	}

	private boolean includes(String option, String name) {
		List<String> wanted = list(option);
		return wanted.isEmpty() || wanted.contains(name);
	}

	private boolean leavesOut() {
		return !Stream.of(Scenario.values()).allMatch(this::includes)
				|| !Stream.of(Contestants.values()).allMatch(this::includes);
	}

	private boolean anyTakesPart() {
		return Stream.of(Contestants.values())
			.filter(this::includes)
			.anyMatch((each) -> Stream.of(Scenario.values()).filter(this::includes).anyMatch(each::takesPartIn));
	}

	/** The file of the report. */
	Path out() {
		return Path.of(text("out").isEmpty() ? FULL_REPORT : text("out")).toAbsolutePath();
	}

	String text(String name) {
		return this.values.getOrDefault(name, "");
	}

	int number(String name) {
		return Integer.parseInt(text(name));
	}

	List<Integer> numbers(String name) {
		return list(name).stream().map(Integer::valueOf).toList();
	}

	List<String> list(String name) {
		return split(text(name));
	}

	/** These options in the form of arguments. */
	Stream<String> args() {
		return this.values.entrySet().stream().map((entry) -> "--" + entry.getKey() + "=" + entry.getValue());
	}

	private static List<String> split(String value) {
		return Arrays.stream(value.split(",")).map(String::strip).filter((each) -> !each.isEmpty()).toList();
	}

	private static void refuseIf(boolean wrong, String message, Object... args) {
		if (wrong) {
			throw new IllegalArgumentException(message.formatted(args));
		}
	}

	private static Check number(int least) {
		return one((value) -> isNumber(value, least), noNumber(least));
	}

	private static Check numbers() {
		return (option, value) -> {
			List<String> numbers = split(value);
			refuseIf(numbers.isEmpty(), "--%s needs a number", option.name());
			numbers.forEach((each) -> option.refuseIf(!isNumber(each, 1), each, noNumber(1)));
			return value;
		};
	}

	private static String noNumber(int least) {
		return "no whole number from %d to %d".formatted(least, Integer.MAX_VALUE);
	}

	private static boolean isNumber(String value, int least) {
		try {
			return Integer.parseInt(value) >= least;
		}
		catch (NumberFormatException ex) {
			return false;
		}
	}

	private static Check names(List<String> names) {
		return (option, value) -> {
			split(value)
				.forEach((each) -> option.refuseIf(!names.contains(each), each, "none of " + String.join(", ", names)));
			return value;
		};
	}

	private static Check one(Predicate<String> isRight, String wrong) {
		return (option, value) -> {
			option.refuseIf(!isRight.test(value), value, wrong);
			return value;
		};
	}

	/** A path, which is made absolute. */
	private static Check path(Predicate<String> isRight, String wrong) {
		return (option, value) -> {
			if (value.isEmpty()) {
				return value;
			}
			String path = Path.of(System.getProperty(DIRECTORY, "")).resolve(value).toAbsolutePath().toString();
			option.refuseIf(!isRight.test(path), path, wrong);
			return path;
		};
	}

	private static boolean isProgram(String path) {
		return Files.isRegularFile(Path.of(path)) && Files.isExecutable(Path.of(path));
	}

	/** Checks a value, and returns it in the form that is stored. */
	private interface Check {

		String read(Option option, String value);

	}

	private record Option(String name, String byDefault, Check check, String meaning) {

		void refuseIf(boolean wrong, String value, String why) {
			Options.refuseIf(wrong, "--%s: '%s' is %s", this.name, value, why);
		}

		String help() {
			String shown = this.byDefault.isEmpty() ? "" : " (default: " + this.byDefault + ")";
			return "--%s=... %s%s".formatted(this.name, this.meaning, shown);
		}

	}

}
