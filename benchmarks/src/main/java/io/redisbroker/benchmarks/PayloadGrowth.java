package io.redisbroker.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The same measurement with payloads of different sizes.
 */
final class PayloadGrowth implements Measurement {

	private final Measurement measurement;

	PayloadGrowth(Measurement measurement) {
		this.measurement = measurement;
	}

	@Override
	public List<Column> columns() {
		return this.measurement.columns();
	}

	@Override
	public List<Row> measure(Contestant contestant, Server server, Options options) throws Exception {
		List<Row> rows = new ArrayList<>();
		for (int bytes : options.numbers("payloads")) {
			Map<String, String> values = new LinkedHashMap<>(options.values());
			values.put("payload", String.valueOf(bytes));
			try (Server making = new Server(server.uri().getPort(), bytes)) {
				for (Row row : this.measurement.measure(contestant, making, new Options(values))) {
					rows.add(new Row("%,d B".formatted(bytes), row.figures()));
				}
			}
		}
		return rows;
	}

}
