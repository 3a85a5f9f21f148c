package io.redisbroker.admin;

import java.time.Duration;

/**
 * A consumer of a source, and the messages that it holds. Immutable.
 *
 * @param name the consumer, {@code instance:listener} and a suffix where the broker names
 * it
 * @param pending how many messages it holds
 * @param idle how long ago it gave the last sign of life
 * @param deliveries the highest delivery count of the messages that it holds, or of the
 * first thousand of them
 * @since 0.1.0
 */
public record ConsumerState(String name, long pending, Duration idle, long deliveries) {
}
