package io.redisbroker.admin;

import org.jspecify.annotations.Nullable;

/**
 * A consumer group of a stream. Immutable.
 *
 * @param name the group's name
 * @param consumers how many consumers it has
 * @param pending how many entries were delivered and are not acknowledged, those that
 * wait for a retry included
 * @param retries how many of the pending entries wait for a retry
 * @param lastDelivered the id of the last entry that was delivered
 * @param lag how many entries were never delivered; {@code null} where Redis does not
 * know
 * @since 0.1.0
 */
public record GroupState(String name, long consumers, long pending, long retries, String lastDelivered,
		@Nullable Long lag) {
}
