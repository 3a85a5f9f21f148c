package io.redisbroker.admin;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * An entry that was delivered to a consumer group and is not acknowledged. Immutable.
 *
 * @param id the id of the entry
 * @param consumer the consumer that it is pending for; {@code redis-broker-parked} while
 * it waits for a retry
 * @param idle the time since it was last delivered, or renewed by a listener that still
 * runs
 * @param deliveries how often it was delivered
 * @param failures how often a listener failed on it
 * @param retryAt when its retry is due by Redis' clock; {@code null} unless it waits for
 * one
 * @since 0.1.0
 */
public record PendingEntry(String id, String consumer, Duration idle, long deliveries, long failures,
		@Nullable Instant retryAt) {
}
