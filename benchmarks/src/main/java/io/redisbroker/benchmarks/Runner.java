package io.redisbroker.benchmarks;

import java.util.List;

import io.redisbroker.benchmarks.Measurement.Row;

/**
 * The program of the JVM in which one contestant is measured once. Prints the result on
 * one line.
 */
public final class Runner {

	/** Marks the line with the result. */
	static final String RESULT = "RESULT ";

	private Runner() {
	}

	/**
	 * Measures.
	 * @param args a {@link Scenario}, one of the {@link Contestants}, the port of Redis,
	 * and options
	 */
	public static void main(String... args) {
		try {
			Options options = Options.parse(List.of(args).subList(3, args.length).toArray(String[]::new));
			List<Row> rows = measure(Scenario.valueOf(args[0]), Contestants.valueOf(args[1]), Integer.parseInt(args[2]),
					options);
			System.out.println(RESULT + Order.JSON.writeValueAsString(rows));
			System.exit(0);
		}
		catch (Throwable ex) {
			ex.printStackTrace();
			System.exit(1);
		}
	}

	static List<Row> measure(Scenario scenario, Contestants who, int port, Options options) throws Exception {
		try (Server server = new Server(port, options.number("payload"))) {
			server.flush();
			try (Contestant contestant = who.start(server.uri())) {
				return scenario.measurement().measure(contestant, server, options);
			}
		}
	}

}
