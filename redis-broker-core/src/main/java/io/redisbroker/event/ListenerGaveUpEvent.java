package io.redisbroker.event;

/**
 * A listener can't work as it is configured, or as Redis is, and does not try again until
 * it is stopped and started.
 *
 * @param listenerId the listener's id
 * @param cause the reason, which names the change to make
 * @since 0.1.0
 */
public record ListenerGaveUpEvent(String listenerId, Throwable cause) implements ListenerEvent {
}
