package io.redisbroker.engine.stream;

import java.util.ArrayList;
import java.util.List;

import io.redisbroker.client.GroupKeys;

/**
 * The identity of this consumer: its streams, its group and its name.
 *
 * @param streams the streams, which share a slot in a cluster
 * @param group the group
 * @param consumer the consumer's name
 */
record Membership(List<String> streams, String group, String consumer) {

	/** See {@link GroupKeys#PARKING}. */
	static final String PARKING = GroupKeys.PARKING;

	/** A sorted set: id and due time of entries that wait for their next delivery. */
	String retriesOf(String stream) {
		return new GroupKeys(stream, this.group).retries();
	}

	/** A hash: how often the listener failed on a pending entry, or it was redriven. */
	String failuresOf(String stream) {
		return new GroupKeys(stream, this.group).failures();
	}

	/**
	 * A string: when something was last taken over from a consumer of the group, and the
	 * consumers that note that there.
	 */
	String takeoversOf(String stream) {
		return new GroupKeys(stream, this.group).takeovers();
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
