package io.redisbroker.benchmarks;

import java.util.List;

import tools.jackson.databind.json.JsonMapper;

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

	static final JsonMapper JSON = JsonMapper.builder().build();

	/** An order whose JSON has about this many bytes. */
	static Order of(long id, int bytes) {
		Order plain = new Order(id, "customer-1234", 1234.5, List.of("apples", "pears", "bread"), "");
		int missing = Math.max(0, bytes - JSON.writeValueAsBytes(plain).length);
		return new Order(id, plain.customer(), plain.amount(), plain.items(), "x".repeat(missing));
	}

}
