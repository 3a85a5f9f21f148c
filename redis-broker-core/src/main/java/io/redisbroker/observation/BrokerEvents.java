package io.redisbroker.observation;

import java.time.Duration;
import java.util.List;

import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.message.Delivery;

/**
 * What the engine reports about itself, to be counted. Called on listener and I/O
 * threads: implementations are quick, thread-safe and throw nothing.
 *
 * @since 0.1.0
 */
public interface BrokerEvents {

	/** Reports to nobody. */
	BrokerEvents NONE = new BrokerEvents() {
	};

	/**
	 * Reports to several. One that throws, though it must not, be it an {@code Error},
	 * keeps nothing from the others, and no message from being settled.
	 * @param events to whom
	 * @return what reports to all of them
	 */
	static BrokerEvents composite(List<BrokerEvents> events) {
		return events.isEmpty() ? NONE : new CompositeBrokerEvents(events);
	}

	/**
	 * A listener was unregistered: it has stopped, and what is remembered of it can be
	 * forgotten. Another listener may be registered by the same id.
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
	 * A listener that had started has stopped, and works no more.
	 * @param listener the listener's id
	 */
	default void stopped(String listener) {
	}

	/**
	 * A listener begins nothing more until it is resumed.
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
	 * @param failure why
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
	 * @param failure what was thrown
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
	 * @param letter what is said about it
	 */
	default void deadLettered(String listener, Delivery delivery, DeadLetter letter) {
	}

	/**
	 * A message was lost on purpose: it failed where nothing is delivered again.
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
	 * A channel was not subscribed for a while and is again. What was published meanwhile
	 * is gone.
	 * @param listener the listener's id
	 * @param channel the channel or pattern
	 * @param duration how long nothing could arrive
	 */
	default void gap(String listener, String channel, Duration duration) {
	}

	/**
	 * Messages of consumers that died, or that came due again, were taken over.
	 * @param listener the listener's id
	 * @param deliveries the messages
	 */
	default void reclaimed(String listener, List<Delivery> deliveries) {
	}

	/**
	 * A message was handled or held here while another consumer took it over: it may have
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
	 * @param messages how many
	 */
	default void trimmed(String listener, String source, int messages) {
	}

	/**
	 * A listener can't read from Redis.
	 * @param listener the listener's id
	 * @param failure why
	 */
	default void disconnected(String listener, Throwable failure) {
	}

	/**
	 * Redis does not let a listener reclaim, renew or settle messages, which it tries
	 * again. Called for each try that failed.
	 * @param listener the listener's id
	 * @param activity {@code reclaim}, {@code renew} or {@code settle}
	 * @param failure why
	 */
	default void hindered(String listener, String activity, Throwable failure) {
	}

	/**
	 * A listener reads from Redis again.
	 * @param listener the listener's id
	 * @param gap how long it could not
	 */
	default void reconnected(String listener, Duration gap) {
	}

}
