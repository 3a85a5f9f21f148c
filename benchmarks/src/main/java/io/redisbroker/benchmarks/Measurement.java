package io.redisbroker.benchmarks;

import java.util.List;
import java.util.Map;

/**
 * Measures one contestant, in a JVM of its own.
 */
interface Measurement {

	/** The columns of its figures, in the order of the report. */
	List<Column> columns();

	/**
	 * The largest number of turns, also when the options ask for more: some measurements
	 * take long and vary little.
	 */
	default int mostTurns() {
		return Integer.MAX_VALUE;
	}

	/** Warms up, measures, and checks that no message was lost where none may be. */
	List<Row> measure(Contestant contestant, Server server, Options options) throws Exception;

	/**
	 * A column of figures.
	 *
	 * @param title the name and unit of the figure
	 * @param compared whether it is compared with the figure of the first contestant
	 * @param decimals the number of decimals shown
	 */
	record Column(String title, boolean compared, int decimals) {

	}

	/**
	 * The figures of one variant.
	 *
	 * @param variant the difference to other rows of the contestant; empty if there is
	 * one row
	 * @param figures the figures by the title of their column
	 */
	record Row(String variant, Map<String, Double> figures) {

	}

}
