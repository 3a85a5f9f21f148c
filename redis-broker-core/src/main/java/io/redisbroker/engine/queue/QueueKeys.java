package io.redisbroker.engine.queue;

import java.util.ArrayList;
import java.util.List;

import io.redisbroker.message.Keys;

/**
 * The keys of a queue. {@code queue.lua} describes their contents.
 */
record QueueKeys(String queue) {

	String claim() {
		return Keys.companion(this.queue, "claim");
	}

	String messages() {
		return Keys.companion(this.queue, "messages");
	}

	String leases() {
		return Keys.companion(this.queue, "leases");
	}

	String delayed() {
		return Keys.companion(this.queue, "delayed");
	}

	String sequence() {
		return Keys.companion(this.queue, "sequence");
	}

	String takeovers() {
		return Keys.companion(this.queue, "takeovers");
	}

	/** All keys, in the order in which the scripts expect them. */
	List<String> all() {
		return List.of(this.queue, claim(), messages(), leases(), delayed(), sequence(), takeovers());
	}

	List<String> allAnd(String another) {
		List<String> keys = new ArrayList<>(all());
		keys.add(another);
		return keys;
	}

}
