package io.redisbroker.listener;

/**
 * What happens to a message that arrives while a listener's buffer is full. Nothing ever
 * waits: a connection that is not read would be cut off by Redis, for all listeners.
 * Every message that is dropped is counted.
 *
 * @since 0.1.0
 */
public enum OverflowPolicy {

	/** The oldest message in the buffer is dropped: what is handled is recent. */
	DROP_OLDEST,

	/** The message that arrives is dropped: what was begun is handled without gaps. */
	DROP_NEWEST,

	/**
	 * The buffer grows as long as there is memory. For listeners that are only ever slow
	 * for a while.
	 */
	UNBOUNDED

}
