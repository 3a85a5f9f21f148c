package io.redisbroker.engine.worker;

import java.util.ArrayList;
import java.util.List;

/**
 * The deliveries of one call of a listener that could be decoded, each with its argument.
 * Used by one thread.
 */
final class PreparedCall {

	private final List<InFlight> work;

	private final List<Object> arguments;

	PreparedCall(int most) {
		this.work = new ArrayList<>(most);
		this.arguments = new ArrayList<>(most);
	}

	/**
	 * Adds a delivery.
	 * @param delivery the delivery
	 * @param argument the result of {@code DeliveryHandler.prepare}
	 */
	void add(InFlight delivery, Object argument) {
		this.work.add(delivery);
		this.arguments.add(argument);
	}

	boolean isEmpty() {
		return this.work.isEmpty();
	}

	/** The deliveries, in order. */
	List<InFlight> work() {
		return this.work;
	}

	/** The arguments, in the order of the deliveries. */
	List<Object> arguments() {
		return this.arguments;
	}

}
