package io.redisbroker.stream;

import java.util.ArrayList;
import java.util.List;

import io.redisbroker.client.Keys;

/**
 * Who this consumer is: the streams it reads, as a member of which group, under what
 * name.
 *
 * @param streams the streams, which share a slot in a cluster
 * @param group the group
 * @param consumer the consumer's name
 */
record Membership(List<String> streams, String group, String consumer) {

	/**
	 * Owns what waits for its next delivery. It is nobody's process: what belongs to it
	 * can be touched by no consumer but the one that takes it over.
	 */
	static final String PARKING = "redis-broker-parked";

	/** A sorted set: id, and when it is due, of what waits for its next delivery. */
	String retriesOf(String stream) {
		return Keys.companion(stream, "retries:" + this.group);
	}

	/** A hash: id, and how often its listener failed, of what did so and is pending. */
	String failuresOf(String stream) {
		return Keys.companion(stream, "failures:" + this.group);
	}

	/**
	 * A string: when something was last taken over from a consumer of the group, and the
	 * consumers that note that there.
	 */
	String takeoversOf(String stream) {
		return Keys.companion(stream, "takeovers:" + this.group);
	}

	/** The streams, then the retries, the failures and the takeovers of each. */
	List<String> keys() {
		List<String> keys = new ArrayList<>(this.streams);
		this.streams.forEach((stream) -> keys.add(retriesOf(stream)));
		this.streams.forEach((stream) -> keys.add(failuresOf(stream)));
		this.streams.forEach((stream) -> keys.add(takeoversOf(stream)));
		return keys;
	}

}
