package io.redisbroker.client.pubsub;

import java.time.Duration;

/**
 * Gets the messages of a {@link Subscription}, and learns of its gaps. Must not block,
 * and throws nothing.
 */
public interface SubscriptionListener {

	/**
	 * A message came. Called on an I/O thread, in order for each topic.
	 * @param topic what was subscribed to
	 * @param channel the channel it was published on
	 * @param payload what was published
	 */
	void message(Topic topic, String channel, byte[] payload);

	/**
	 * A topic is not subscribed, or not any more; trying goes on. Called once until
	 * {@link #healed}, or again for a reason of another kind.
	 * @param topic what is missing
	 * @param cause why
	 */
	default void unavailable(Topic topic, Throwable cause) {
	}

	/**
	 * A topic is subscribed again. What was published meanwhile is gone.
	 * @param topic what was missing
	 * @param gap how long nothing could arrive
	 */
	default void healed(Topic topic, Duration gap) {
	}

}
