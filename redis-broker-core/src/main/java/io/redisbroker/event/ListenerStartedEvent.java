package io.redisbroker.event;

/**
 * A listener has started. It may still be trying to reach Redis.
 *
 * @param listenerId the listener's id
 * @since 0.1.0
 */
public record ListenerStartedEvent(String listenerId) implements ListenerEvent {
}
