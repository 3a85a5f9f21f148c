package io.redisbroker.engine.worker;

import java.util.Collections;
import java.util.List;

import io.redisbroker.failure.BrokerConfigurationException;

/**
 * The order of a listener's sources when several have messages. Immutable.
 */
public final class Priorities {

	/** Messages of all sources in the order in which they came. */
	public static final Priorities NONE = new Priorities(Kind.NONE, List.of());

	private final Kind kind;

	private final List<Integer> weights;

	private Priorities(Kind kind, List<Integer> weights) {
		this.kind = kind;
		this.weights = weights;
	}

	/**
	 * The first source that has messages, in the order given. The others may starve.
	 * @param sources how many sources there are
	 * @return the priorities
	 */
	public static Priorities strict(int sources) {
		return new Priorities(Kind.STRICT, Collections.nCopies(sources, 1));
	}

	/**
	 * A share for each source that has messages, in proportion to its weight; none
	 * starves.
	 * @param weights a positive weight for each source
	 * @return the priorities
	 * @throws BrokerConfigurationException when a weight is not positive
	 */
	public static Priorities weighted(List<Integer> weights) {
		if (weights.stream().anyMatch((weight) -> weight < 1 || weight > 1_000_000)) {
			throw new BrokerConfigurationException("A weight is not positive, or greater than a million: " + weights,
					"Give every queue a weight from 1 to 1000000.");
		}
		return new Priorities(Kind.WEIGHTED, List.copyOf(weights));
	}

	/** The share of a source in the messages that a listener may hold. */
	public int capacity(int ofListener, int source, int sources) {
		if (this.kind != Kind.WEIGHTED) {
			return Math.max(1, ofListener / sources);
		}
		long total = this.weights.stream().mapToLong(Integer::intValue).sum();
		return (int) Math.max(1, (long) ofListener * this.weights.get(source) / total);
	}

	public WaitingLine newLine() {
		return switch (this.kind) {
			case NONE -> WaitingLine.single();
			case STRICT -> WaitingLine.strict(this.weights.size());
			case WEIGHTED -> WaitingLine.weighted(this.weights);
		};
	}

	private enum Kind {

		NONE, STRICT, WEIGHTED

	}

}
