package io.redisbroker.event;

import io.redisbroker.deadletter.DeadLetter;
import io.redisbroker.message.Delivery;

/**
 * A message was moved to the dead letters.
 *
 * @param listenerId the listener's id
 * @param delivery the message
 * @param letter the reason, with the exception
 * @since 0.1.0
 */
public record DeadLetteredEvent(String listenerId, Delivery delivery, DeadLetter letter) implements ListenerEvent {
}
