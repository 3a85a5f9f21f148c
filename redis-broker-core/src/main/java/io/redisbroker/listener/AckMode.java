package io.redisbroker.listener;

import io.redisbroker.message.Acknowledgment;

/**
 * When a message counts as handled.
 *
 * @since 0.1.0
 */
public enum AckMode {

	/**
	 * After the listener returned without an exception: at least once. A message whose
	 * consumer died is delivered again, so a listener may see one twice.
	 */
	AUTO,

	/**
	 * When the listener says so through {@link Acknowledgment}: at least once. A message
	 * that is not settled stays this consumer's as long as its process lives and the
	 * listener runs, and counts against the capacity of the listener; after that it is
	 * delivered again.
	 */
	MANUAL,

	/**
	 * When Redis hands it out: at most once. Messages that a consumer held when it died,
	 * or failed to handle, are gone; the failed ones only if no stream for dead letters
	 * is named.
	 */
	NONE

}
