package io.redisbroker.benchmarks;

import java.util.List;
import java.util.Map;

/**
 * Measures one contestant, in a JVM of its own.
 */
interface Measurement {

	/** What it finds out, in the order of the report. */
	List<Column> columns();

	/**
	 * How many turns are enough, whatever is asked for: some take long, and vary little.
	 */
	default int mostTurns() {
		return Integer.MAX_VALUE;
	}

	/** Warms up, measures, and checks that nothing was lost where nothing may be. */
	List<Row> measure(Contestant contestant, Server server, Options options) throws Exception;

	/**
	 * One figure.
	 *
	 * @param title its name and unit
	 * @param compared whether it is compared with the first contestant's
	 * @param decimals how exact it is shown
	 */
	record Column(String title, boolean compared, int decimals) {

	}

	/**
	 * The figures of one variant.
	 *
	 * @param variant what differs from other rows of the contestant; empty if there is
	 * one row
	 * @param figures figures by the title of their column
	 */
	record Row(String variant, Map<String, Double> figures) {

	}

}
