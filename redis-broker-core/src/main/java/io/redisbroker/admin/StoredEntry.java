package io.redisbroker.admin;

import io.redisbroker.message.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * An entry as it lies in its stream. Immutable, as long as the arrays of the content are
 * not written to.
 *
 * @param id the id of the entry
 * @param messageId the id under which a listener gets the message: that of the entry,
 * except for a copy that a redrive added, which has the id of the original
 * @param recipient the only consumers that handle such a copy, {@code group:<name>} or
 * {@code listener:<id>}; {@code null} for any other entry
 * @param content payload and headers, or the fields of an entry without a payload
 * @since 0.1.0
 */
public record StoredEntry(String id, String messageId, @Nullable String recipient, Delivery.Content content) {
}
