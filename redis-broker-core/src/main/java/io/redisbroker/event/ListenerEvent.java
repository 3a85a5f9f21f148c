package io.redisbroker.event;

/**
 * Something that happened to a listener, published as an event of the application. An
 * {@code @EventListener} is called one event after the other, in order, on a thread that
 * serves nothing else.
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
