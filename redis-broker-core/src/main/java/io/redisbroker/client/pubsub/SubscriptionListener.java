package io.redisbroker.client.pubsub;

import java.time.Duration;

/**
 * Gets the messages of a {@link Subscription}, and learns of its gaps. Must not block,
 * and throws nothing.
 */
public interface SubscriptionListener {

	/**
	 * A message came. Called on an I/O thread, in order for each topic.
	 * @param topic the subscribed topic
	 * @param channel the channel it was published on
	 * @param payload the message
	 */
	void message(Topic topic, String channel, byte[] payload);

	/**
	 * A topic is not subscribed; attempts go on. Called once until {@link #healed}, and
	 * again when the kind of reason changes.
	 * @param topic the topic
	 * @param cause the reason
	 */
	default void unavailable(Topic topic, Throwable cause) {
	}

	/**
	 * A topic is subscribed again. Messages published during the gap are gone.
	 * @param topic the topic
	 * @param gap how long no message could arrive
	 */
	default void healed(Topic topic, Duration gap) {
	}

}
