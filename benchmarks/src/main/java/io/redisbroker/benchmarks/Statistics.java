package io.redisbroker.benchmarks;

import java.util.Collection;

/**
 * Statistics of several runs.
 */
final class Statistics {

	private Statistics() {
	}

	static double median(Collection<Double> values) {
		double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
		int middle = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

}
