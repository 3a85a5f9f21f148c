package io.redisbroker.event;

/**
 * A listener that had started has stopped, and works no more.
 *
 * @param listenerId the listener's id
 * @since 0.1.0
 */
public record ListenerStoppedEvent(String listenerId) implements ListenerEvent {
}
