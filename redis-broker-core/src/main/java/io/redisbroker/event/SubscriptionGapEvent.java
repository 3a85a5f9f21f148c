package io.redisbroker.event;

import java.time.Duration;

/**
 * A channel was not subscribed for a while and is again. What was published meanwhile is
 * gone: the moment to read anew what one holds a copy of.
 *
 * @param listenerId the listener's id
 * @param channel the channel or pattern, as Redis knows it
 * @param duration how long nothing could arrive
 * @since 0.1.0
 */
public record SubscriptionGapEvent(String listenerId, String channel, Duration duration) implements ListenerEvent {
}
