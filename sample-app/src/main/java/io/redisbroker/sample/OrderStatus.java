package io.redisbroker.sample;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The state of an order.
 *
 * @param id the id of its entry in the stream
 * @param order the order
 * @param groups the last step of each group of listeners
 */
record OrderStatus(String id, Order order, Map<String, Step> groups) {

	static OrderStatus placed(String id, Order order) {
		return new OrderStatus(id, order, Map.of());
	}

	/**
	 * The last step of a group.
	 *
	 * @param status the result of the step
	 * @param deliveries the number of deliveries of the order to the group
	 * @param reason the reason of a failure, or {@code null}
	 */
	record Step(String status, long deliveries, @Nullable String reason) {

	}

}
