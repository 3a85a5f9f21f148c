package io.redisbroker.converter;

import org.jspecify.annotations.Nullable;

/**
 * A payload as it is sent. Immutable, as long as the array is not written to.
 *
 * @param bytes the payload
 * @param contentType the value of the header {@code contentType}, or {@code null} for a
 * message without that header
 * @since 0.1.0
 */
public record EncodedPayload(byte[] bytes, @Nullable String contentType) {
}
