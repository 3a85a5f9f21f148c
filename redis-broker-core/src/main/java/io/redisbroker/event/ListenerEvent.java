package io.redisbroker.event;

/**
 * An event of a listener, published as an event of the application.
 * {@code @EventListener} methods are called for one event after the other, in order, on a
 * thread of their own.
 *
 * @since 0.1.0
 */
public sealed interface ListenerEvent permits DeadLetteredEvent, ListenerGaveUpEvent, ListenerPausedEvent,
		ListenerResumedEvent, ListenerStartedEvent, ListenerStoppedEvent, SubscriptionGapEvent {

	/**
	 * Returns the listener's id.
	 * @return the id
	 */
	String listenerId();

}
