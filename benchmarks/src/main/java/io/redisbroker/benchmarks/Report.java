package io.redisbroker.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import io.redisbroker.benchmarks.Main.Outcome;
import io.redisbroker.benchmarks.Measurement.Column;
import io.redisbroker.benchmarks.Measurement.Row;
import io.redisbroker.test.RedisServer;
import org.jspecify.annotations.Nullable;

/**
 * Collects what was found and writes it as Markdown: medians, with the least and the
 * most, and how they compare with the first row of the same variant. A comparison is the
 * median of those of the turns, since what ran close together ran under the same
 * conditions.
 */
final class Report {

	private final Options options;

	private final Map<Scenario, Map<String, Line>> tables = new LinkedHashMap<>();

	private final Map<Scenario, List<String>> leftOut = new HashMap<>();

	private String machine = "";

	Report(Options options) {
		this.options = options;
	}

	void machine(RedisServer redis) {
		this.machine = Machine.describe(redis, this.options);
	}

	void add(Scenario scenario, Contestants contestant, int turn, Outcome outcome) {
		Map<String, Line> table = this.tables.computeIfAbsent(scenario, (it) -> new LinkedHashMap<>());
		for (Row row : outcome.rows()) {
			String name = row.variant().isEmpty() ? contestant.title() : contestant.title() + ", " + row.variant();
			table.computeIfAbsent(name, (it) -> new Line(row.variant())).turns.put(turn, row.figures());
		}
		if (outcome.failure() != null) {
			table.computeIfAbsent(contestant.title(), (it) -> new Line("")).failures++;
		}
	}

	/** Something that would be compared, were it here. */
	void leftOut(Scenario scenario, Contestants contestant, String reason) {
		this.leftOut.computeIfAbsent(scenario, (it) -> new ArrayList<>())
			.add("%nNot measured: %s, since %s.%n".formatted(contestant.title(), reason));
	}

	void write(Path file) throws IOException {
		StringBuilder markdown = new StringBuilder("# Benchmarks\n\n");
		markdown.append("Written by `benchmarks/run`; how it measures: [its README](../benchmarks/README.md). ")
			.append("Medians, with the least and the most of all turns in brackets. A ratio is the median of the ratios of each ")
			.append("turn to the first row, with variants to the first row of the same.\n\n")
			.append(this.machine);
		if (!this.options.text("note").isEmpty()) {
			markdown.append('\n').append(this.options.text("note")).append('\n');
		}
		this.tables.forEach((scenario, table) -> markdown.append(table(scenario, table))
			.append(String.join("", this.leftOut.getOrDefault(scenario, List.of()))));
		Files.writeString(file, markdown);
	}

	private static String table(Scenario scenario, Map<String, Line> lines) {
		List<String> header = new ArrayList<>(List.of(""));
		for (Column column : scenario.measurement().columns()) {
			header.add(column.title());
			if (column.compared()) {
				header.add("ratio");
			}
		}
		StringBuilder table = new StringBuilder("\n## " + scenario.title() + "\n\n");
		table.append(row(header)).append("|---").append("|---:".repeat(header.size() - 1)).append("|\n");
		lines.forEach((name, line) -> table
			.append(row(cells(name, line, line.reference(lines.values()), scenario.measurement().columns()))));
		return table.toString();
	}

	private static List<String> cells(String name, Line line, Line reference, List<Column> columns) {
		List<String> cells = new ArrayList<>();
		cells.add((line.failures > 0) ? name + " (" + line.failures + " failed)" : name);
		for (Column column : columns) {
			cells.add(line.cell(column));
			if (column.compared()) {
				cells.add(line.ratio(column, reference));
			}
		}
		return cells;
	}

	private static String row(List<String> cells) {
		return "| " + String.join(" | ", cells) + " |\n";
	}

	/** What one variant of a contestant came to, by turn. */
	private static final class Line {

		private final Map<Integer, Map<String, Double>> turns = new TreeMap<>();

		private final String variant;

		private int failures;

		Line(String variant) {
			this.variant = variant;
		}

		/** The first of the same variant. */
		Line reference(Collection<Line> lines) {
			return lines.stream().filter((each) -> each.variant.equals(this.variant)).findFirst().orElse(this);
		}

		String cell(Column column) {
			List<Double> values = values(column);
			if (values.isEmpty()) {
				return "";
			}
			String median = format(column, Statistics.median(values));
			String least = format(column, values.stream().mapToDouble(Double::doubleValue).min().orElseThrow());
			String most = format(column, values.stream().mapToDouble(Double::doubleValue).max().orElseThrow());
			return least.equals(most) ? median : "%s (%s–%s)".formatted(median, least, most);
		}

		private static String format(Column column, double value) {
			return String.format(Locale.ROOT, "%,." + column.decimals() + "f", value);
		}

		private List<Double> values(Column column) {
			return this.turns.keySet()
				.stream()
				.map((turn) -> value(turn, column))
				.filter(Objects::nonNull)
				.map(Objects::requireNonNull)
				.toList();
		}

		private @Nullable Double value(int turn, Column column) {
			return this.turns.getOrDefault(turn, Map.of()).get(column.title());
		}

		String ratio(Column column, Line reference) {
			List<Double> ratios = new ArrayList<>();
			for (int turn : this.turns.keySet()) {
				Double value = value(turn, column);
				Double other = reference.value(turn, column);
				if (value != null && other != null) {
					ratios.add(value / other);
				}
			}
			return ratios.isEmpty() ? "" : String.format(Locale.ROOT, "%.2f", Statistics.median(ratios));
		}

	}

}
