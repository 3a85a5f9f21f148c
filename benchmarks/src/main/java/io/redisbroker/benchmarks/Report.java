package io.redisbroker.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.redisbroker.benchmarks.Main.Outcome;
import io.redisbroker.benchmarks.Measurement.Column;
import io.redisbroker.benchmarks.Measurement.Row;
import io.redisbroker.test.RedisServer;
import org.jspecify.annotations.Nullable;

/**
 * Collects the figures and writes them as Markdown: medians, with the smallest and the
 * largest figure, and the ratio to the first contestant, if there are variants to its row
 * of the same variant. The ratio is the median of the ratios within each turn, because
 * measurements of one turn ran under the same conditions.
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
			table.computeIfAbsent(name, (it) -> new Line(contestant, row.variant())).turns.put(turn, row.figures());
		}
		if (outcome.failure() != null) {
			table.computeIfAbsent(contestant.title(), (it) -> new Line(contestant, "")).failures++;
		}
	}

	/** Notes a contestant that can't be measured on this machine. */
	void leftOut(Scenario scenario, Contestants contestant, String reason) {
		this.leftOut.computeIfAbsent(scenario, (it) -> new ArrayList<>())
			.add("%nNot measured: %s, since %s.%n".formatted(contestant.title(), reason));
	}

	void write(Path file) throws IOException {
		StringBuilder markdown = new StringBuilder("# Benchmarks\n\n");
		markdown.append("Written by `benchmarks/run`; how it measures: [its README](../benchmarks/README.md). ")
			.append("Medians, with the least and the most of all turns in brackets. A ratio is taken within each turn: to the first ")
			.append("contestant, and where there are variants to its row of the same one.\n\n")
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

	private static List<String> cells(String name, Line line, Optional<Line> reference, List<Column> columns) {
		List<String> cells = new ArrayList<>();
		cells.add((line.failures > 0) ? name + " (" + line.failures + " failed)" : name);
		for (Column column : columns) {
			cells.add(line.cell(column));
			if (column.compared()) {
				cells.add(reference.map((it) -> line.ratio(column, it)).orElse(""));
			}
		}
		return cells;
	}

	private static String row(List<String> cells) {
		return "| " + String.join(" | ", cells) + " |\n";
	}

	/** The figures of one variant of a contestant, by turn. */
	private static final class Line {

		private final Map<Integer, Map<String, Double>> turns = new TreeMap<>();

		private final Contestants contestant;

		private final String variant;

		private int failures;

		Line(Contestants contestant, String variant) {
			this.contestant = contestant;
			this.variant = variant;
		}

		/** The same variant of the first contestant. */
		Optional<Line> reference(Collection<Line> lines) {
			Contestants first = lines.iterator().next().contestant;
			return lines.stream()
				.filter((each) -> each.contestant == first && each.variant.equals(this.variant))
				.findFirst();
		}

		String cell(Column column) {
			List<Double> values = values(column);
			if (values.isEmpty()) {
				return "";
			}
			return spread(values, column.decimals());
		}

		private static String spread(List<Double> values, int decimals) {
			String format = "%,." + decimals + "f";
			String median = String.format(Locale.ROOT, format, Statistics.median(values));
			String least = String.format(Locale.ROOT, format, Collections.min(values));
			String most = String.format(Locale.ROOT, format, Collections.max(values));
			return least.equals(most) ? median : "%s (%s–%s)".formatted(median, least, most);
		}

		private List<Double> values(Column column) {
			return this.turns.keySet().stream().flatMap((turn) -> Stream.ofNullable(value(turn, column))).toList();
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
			return ratios.isEmpty() ? "" : spread(ratios, 2);
		}

	}

}
