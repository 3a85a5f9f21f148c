package io.redisbroker.event;

import java.time.Duration;

/**
 * A channel is subscribed again after a gap. Messages published during the gap are gone:
 * refresh the data that you keep a copy of.
 *
 * @param listenerId the listener's id
 * @param channel the channel or pattern, as Redis knows it
 * @param duration how long no message could arrive
 * @since 0.1.0
 */
public record SubscriptionGapEvent(String listenerId, String channel, Duration duration) implements ListenerEvent {
}
