package io.redisbroker.engine.pull;

/**
 * How many messages a consumer reclaims at once. A message that a consumer held when it
 * died counts as delivered, begun or not, and one of these messages may have killed it.
 * So they are reclaimed only as fast as they are begun, and those that saw two consumers
 * die are reclaimed one at a time. A message that kills its consumers is soon alone, and
 * does not use up the deliveries of others.
 *
 * @param most how many at most
 * @param abandoned how many of these may come from a consumer that died
 * @param suspects how many of these may have seen more than one consumer die
 * @param overdue for how many milliseconds a message must have been due, or its lease
 * over, so that idle instances can take it first; 0 to take it at once
 */
public record ReclaimRoom(int most, int abandoned, int suspects, long overdue) {

	/** The part that scripts share which reclaim. */
	public static final String SCRIPT = "/io/redisbroker/engine/pull/reclaim-room.lua";

	/**
	 * Room for messages as soon as they are due.
	 * @param most how many at most
	 * @param abandoned how many of these may come from a consumer that died
	 * @param suspects how many of these may have seen more than one consumer die
	 */
	public ReclaimRoom(int most, int abandoned, int suspects) {
		this(most, abandoned, suspects, 0);
	}

}
