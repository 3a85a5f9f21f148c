package io.redisbroker.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Repeats a measurement while one quantity grows.
 */
final class Growth implements Measurement {

	private static final int MOST_TURNS = 2;

	private final String option;

	private final String variant;

	private final Measurement measurement;

	private final Step step;

	private Growth(String option, String variant, Measurement measurement, Step step) {
		this.option = option;
		this.variant = variant;
		this.measurement = measurement;
		this.step = step;
	}

	/** Growing messages. */
	static Growth ofPayload(Source.Kind kind) {
		Measurement throughput = new Throughput(kind);
		return new Growth("payloads", "%,d B", throughput, (contestant, server, options, bytes) -> {
			Map<String, String> values = new LinkedHashMap<>(options.values());
			values.put("payload", String.valueOf(bytes));
			try (Server making = new Server(server.uri().getPort(), bytes)) {
				return throughput.measure(contestant, making, new Options(values));
			}
		});
	}

	/** A growing number of applications that share the messages of one source. */
	static Growth ofInstances(Source.Kind kind) {
		Measurement throughput = new Throughput(kind);
		return new Growth("instances", "instances: %,d", throughput, (contestant, server, options, instances) -> {
			try (Instances all = Instances.of(contestant, instances)) {
				return throughput.measure(all, server, options);
			}
		});
	}

	/** The same messages in a growing number of streams, with one listener. */
	static Growth ofStreams() {
		return new Growth("streams", "streams: %,d", new Throughput(Source.Kind.STREAM), (contestant, server, options,
				streams) -> new Throughput(Source.Kind.STREAM, streams).measure(contestant, server, options));
	}

	@Override
	public List<Column> columns() {
		return this.measurement.columns();
	}

	@Override
	public int mostTurns() {
		return MOST_TURNS;
	}

	@Override
	public List<Row> measure(Contestant contestant, Server server, Options options) throws Exception {
		List<Row> rows = new ArrayList<>();
		for (int size : options.numbers(this.option)) {
			for (Row row : this.step.measure(contestant, server, options, size)) {
				rows.add(new Row(this.variant.formatted(size), row.figures()));
			}
		}
		return rows;
	}

	/** Measures with one value of the quantity. */
	private interface Step {

		List<Row> measure(Contestant contestant, Server server, Options options, int size) throws Exception;

	}

}
