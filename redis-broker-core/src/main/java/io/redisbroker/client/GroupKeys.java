package io.redisbroker.client;

import io.redisbroker.message.Keys;

/**
 * The keys that belong to a consumer group of a stream, in the slot of the stream.
 *
 * @param stream the stream
 * @param group the group
 */
public record GroupKeys(String stream, String group) {

	/**
	 * The consumer that entries are pending for while they wait for their next delivery.
	 * No process has this name, so only a consumer that takes an entry over can settle
	 * it.
	 */
	public static final String PARKING = "redis-broker-parked";

	/**
	 * Returns a sorted set: the id of each entry that waits for its next delivery, and
	 * when it is due.
	 * @return the key
	 */
	public String retries() {
		return Keys.companion(this.stream, "retries:" + this.group);
	}

	/**
	 * Returns a hash: the id of each pending entry on which a listener failed, and how
	 * often; {@code redrives:} and the id of each pending entry that was redriven, and
	 * how often.
	 * @return the key
	 */
	public String failures() {
		return Keys.companion(this.stream, "failures:" + this.group);
	}

	/**
	 * Returns a string: when a consumer of the group last took over an entry from another
	 * one.
	 * @return the key
	 */
	public String takeovers() {
		return Keys.companion(this.stream, "takeovers:" + this.group);
	}

}
