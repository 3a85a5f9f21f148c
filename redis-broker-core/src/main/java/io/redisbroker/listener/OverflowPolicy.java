package io.redisbroker.listener;

/**
 * The treatment of a message that arrives while a listener's buffer is full. Nothing ever
 * waits: a connection that is not read would be cut off by Redis, for all listeners.
 * Every message that is dropped is counted.
 *
 * @since 0.1.0
 */
public enum OverflowPolicy {

	/** The oldest message in the buffer is dropped: the handled messages are recent. */
	DROP_OLDEST,

	/**
	 * The message that arrives is dropped: the messages in the buffer are handled without
	 * gaps.
	 */
	DROP_NEWEST,

	/**
	 * The buffer grows as long as there is memory. For listeners that are only ever slow
	 * for a while.
	 */
	UNBOUNDED

}
