package io.redisbroker.benchmarks;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a run may be told, as {@code --name=value}, with the defaults of a full run.
 *
 * @param values values by name
 */
record Options(Map<String, String> values) {

	private static final Map<String, String> DEFAULTS = Map.ofEntries(Map.entry("scenarios", ""),
			Map.entry("contestants", ""), Map.entry("turns", "3"), Map.entry("warm-ups", "4"),
			Map.entry("seconds", "2"), Map.entry("messages", "0"), Map.entry("payload", "200"),
			Map.entry("payloads", "100,1000,10000,100000"), Map.entry("backlogs", "1000,100000,10000000"),
			Map.entry("instances", "1,4,16"), Map.entry("streams", "1,20,200"), Map.entry("starts", "9"),
			Map.entry("flood", "300000"), Map.entry("listeners", "1,20,200"), Map.entry("idle-seconds", "15"),
			Map.entry("heap", "1g"), Map.entry("fsync", "off"), Map.entry("redis", ""), Map.entry("jfr", ""),
			Map.entry("note", ""), Map.entry("out", "docs/benchmarks.md"));

	static Options parse(String... args) {
		Map<String, String> values = new LinkedHashMap<>(DEFAULTS);
		for (String arg : args) {
			String[] parts = arg.split("=", 2);
			String name = parts[0].startsWith("--") ? parts[0].substring(2) : "";
			if (parts.length != 2 || !DEFAULTS.containsKey(name)) {
				throw new IllegalArgumentException("'%s' is none of the options --%s=...".formatted(arg,
						String.join("=..., --", DEFAULTS.keySet().stream().sorted().toList())));
			}
			values.put(name, parts[1]);
		}
		return new Options(values);
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
		return Arrays.stream(text(name).split(",")).filter((each) -> !each.isBlank()).toList();
	}

	/** These options as they would be given. */
	Stream<String> args() {
		return this.values.entrySet().stream().map((entry) -> "--" + entry.getKey() + "=" + entry.getValue());
	}

}
