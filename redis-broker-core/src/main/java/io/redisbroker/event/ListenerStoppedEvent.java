package io.redisbroker.event;

/**
 * A started listener has stopped, and begins no further message.
 *
 * @param listenerId the listener's id
 * @since 0.1.0
 */
public record ListenerStoppedEvent(String listenerId) implements ListenerEvent {
}
