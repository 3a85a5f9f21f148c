package io.redisbroker.event;

/**
 * A listener begins no further message until it is resumed, stopped or started anew.
 *
 * @param listenerId the listener's id
 * @since 0.1.0
 */
public record ListenerPausedEvent(String listenerId) implements ListenerEvent {
}
