package io.redisbroker.stream;

import java.util.List;

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

}
