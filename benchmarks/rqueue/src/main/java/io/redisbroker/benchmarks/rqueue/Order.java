package io.redisbroker.benchmarks.rqueue;

import java.util.List;

/**
 * The message of all benchmarks.
 *
 * @param id counts from 0 in each round
 * @param customer some text
 * @param amount some number
 * @param items some list
 * @param note text that fills the message up to the wanted size
 */
record Order(long id, String customer, double amount, List<String> items, String note) {

	Order withId(long id) {
		return new Order(id, this.customer, this.amount, this.items, this.note);
	}

}
