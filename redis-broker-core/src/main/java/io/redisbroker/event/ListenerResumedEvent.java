package io.redisbroker.event;

/**
 * A listener goes on after a pause. It may still be trying to reach Redis.
 *
 * @param listenerId the listener's id
 * @since 0.1.0
 */
public record ListenerResumedEvent(String listenerId) implements ListenerEvent {
}
