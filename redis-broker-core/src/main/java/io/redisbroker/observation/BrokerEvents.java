package io.redisbroker.observation;

import java.time.Duration;
import java.util.List;

import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.message.Delivery;

/**
 * Reports of the engine about itself, for counting. Called on listener and I/O threads:
 * implementations are quick, thread-safe and throw nothing.
 *
 * @since 0.1.0
 */
public interface BrokerEvents {

	/** Ignores all reports. */
	BrokerEvents NONE = new BrokerEvents() {
	};

	/**
	 * Combines several receivers. One that throws, although it must not, affects neither
	 * the others nor the message, even with an {@code Error}.
	 * @param events the receivers
	 * @return a receiver that reports to all of them
	 */
	static BrokerEvents composite(List<BrokerEvents> events) {
		return events.isEmpty() ? NONE : new CompositeBrokerEvents(events);
	}

	/**
	 * A listener was unregistered: it has stopped, and its counts can be removed. Another
	 * listener may be registered by the same id.
	 * @param listener the listener's id
	 */
	default void unregistered(String listener) {
	}

	/**
	 * A listener has started. It may still be trying to reach Redis.
	 * @param listener the listener's id
	 */
	default void started(String listener) {
	}

	/**
	 * A started listener has stopped, and begins no further message.
	 * @param listener the listener's id
	 */
	default void stopped(String listener) {
	}

	/**
	 * A listener begins no further message until it is resumed.
	 * @param listener the listener's id
	 */
	default void paused(String listener) {
	}

	/**
	 * A listener goes on after a pause. It may still be trying to reach Redis.
	 * @param listener the listener's id
	 */
	default void resumed(String listener) {
	}

	/**
	 * A listener can't work as it is configured, or as Redis is, and does not try again
	 * until it is stopped and started.
	 * @param listener the listener's id
	 * @param failure the reason
	 */
	default void gaveUp(String listener, Throwable failure) {
	}

	/**
	 * A message is about to be handled.
	 * @param listener the listener's id
	 * @param delivery the message
	 */
	default void begun(String listener, Delivery delivery) {
	}

	/**
	 * A listener returned without an exception, or failed on other messages of its batch.
	 * @param listener the listener's id
	 * @param deliveries the messages that the call handled
	 * @param duration how long the call took
	 */
	default void handled(String listener, List<Delivery> deliveries, Duration duration) {
	}

	/**
	 * A listener threw.
	 * @param listener the listener's id
	 * @param deliveries the messages that it failed on
	 * @param failure the exception
	 */
	default void failed(String listener, List<Delivery> deliveries, Throwable failure) {
	}

	/**
	 * A message will be delivered again.
	 * @param listener the listener's id
	 * @param delivery the message
	 */
	default void retried(String listener, Delivery delivery) {
	}

	/**
	 * A message was moved to the dead letters.
	 * @param listener the listener's id
	 * @param delivery the message
	 * @param letter the reason and the details
	 */
	default void deadLettered(String listener, Delivery delivery, DeadLetter letter) {
	}

	/**
	 * A message was dropped as configured: it failed in a mode without redelivery.
	 * @param listener the listener's id
	 * @param delivery the message
	 */
	default void dropped(String listener, Delivery delivery) {
	}

	/**
	 * A message was dropped because the listener's buffer was full.
	 * @param listener the listener's id
	 * @param delivery the message
	 */
	default void overflowed(String listener, Delivery delivery) {
	}

	/**
	 * A channel is subscribed again after a gap. Messages published during the gap are
	 * gone.
	 * @param listener the listener's id
	 * @param channel the channel or pattern
	 * @param duration how long no message could arrive
	 */
	default void gap(String listener, String channel, Duration duration) {
	}

	/**
	 * Messages of dead consumers, or messages that became due again, were taken over.
	 * @param listener the listener's id
	 * @param deliveries the messages
	 */
	default void reclaimed(String listener, List<Delivery> deliveries) {
	}

	/**
	 * Another consumer took over a message that was handled or held here: it may have
	 * been handled twice.
	 * @param listener the listener's id
	 * @param delivery the message
	 */
	default void lost(String listener, Delivery delivery) {
	}

	/**
	 * Entries were deleted or trimmed from a stream before they were acknowledged.
	 * @param listener the listener's id
	 * @param source the stream or queue
	 * @param messages the number of entries
	 */
	default void trimmed(String listener, String source, int messages) {
	}

	/**
	 * A listener can't read from Redis.
	 * @param listener the listener's id
	 * @param failure the reason
	 */
	default void disconnected(String listener, Throwable failure) {
	}

	/**
	 * Redis refuses, or does not answer, when a listener reclaims, renews or settles
	 * messages; the listener tries again. Called for each failed attempt.
	 * @param listener the listener's id
	 * @param activity {@code reclaim}, {@code renew} or {@code settle}
	 * @param failure the reason
	 */
	default void hindered(String listener, String activity, Throwable failure) {
	}

	/**
	 * A listener reads from Redis again.
	 * @param listener the listener's id
	 * @param gap how long it could not read
	 */
	default void reconnected(String listener, Duration gap) {
	}

}
