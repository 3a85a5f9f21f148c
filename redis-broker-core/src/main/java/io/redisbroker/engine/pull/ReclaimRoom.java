package io.redisbroker.engine.pull;

/**
 * How many messages a consumer takes over at once. What a consumer held when it died
 * counts as delivered, begun or not, and one of these messages may be what killed it. So
 * they are taken over only as fast as they are begun, and those that saw two consumers
 * die one at a time: whatever kills its consumers is soon alone, and does not use up the
 * deliveries of others.
 *
 * @param most how many at most
 * @param abandoned how many of these that a consumer abandoned by dying
 * @param suspects how many of these that consumers abandoned more than once
 * @param overdue for how many milliseconds a message must have been due, or its lease
 * over, so that others can take it who are free; 0 to take it at once
 */
public record ReclaimRoom(int most, int abandoned, int suspects, long overdue) {

	/** What scripts share that take over. */
	public static final String SCRIPT = "/io/redisbroker/engine/pull/reclaim-room.lua";

	/**
	 * Room for messages as soon as they are due.
	 * @param most how many at most
	 * @param abandoned how many of these that a consumer abandoned by dying
	 * @param suspects how many of these that consumers abandoned more than once
	 */
	public ReclaimRoom(int most, int abandoned, int suspects) {
		this(most, abandoned, suspects, 0);
	}

}
