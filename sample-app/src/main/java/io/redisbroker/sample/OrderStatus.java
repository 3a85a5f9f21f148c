package io.redisbroker.sample;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What has become of an order.
 *
 * @param id the id of its entry in the stream
 * @param order the order
 * @param groups what each group of listeners has done with it
 */
record OrderStatus(String id, Order order, Map<String, Step> groups) {

	static OrderStatus placed(String id, Order order) {
		return new OrderStatus(id, order, Map.of());
	}

	/**
	 * How far a group is.
	 *
	 * @param status what it did last
	 * @param deliveries how often it was given the order
	 * @param reason why it could not do it, if so
	 */
	record Step(String status, long deliveries, @Nullable String reason) {

	}

}
