package io.redisbroker.autoconfigure;

import org.jspecify.annotations.Nullable;

/**
 * Decides how the actuator endpoint shows the values of messages and dead letters: the
 * payload, headers, and texts about the failure, which may quote either. Your own bean of
 * this type takes the place of the default one, which hides values unless
 * {@code management.endpoint.redisbroker.show-values} shows them, and then applies all
 * beans of type {@link org.springframework.boot.actuate.endpoint.SanitizingFunction}.
 * Called by several threads.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface EndpointSanitizer {

	/**
	 * Returns the text to show in place of a value.
	 * @param value the value
	 * @param show whether {@code show-values} shows values to the caller
	 * @return the text, which may be the value's own; {@code null} to show none
	 */
	@Nullable String sanitize(Value value, boolean show);

	/** The part of a message or dead letter that a value is. */
	enum Kind {

		/** The payload. */
		PAYLOAD,

		/** A header, or a field of an entry without a payload. */
		HEADER,

		/** A text about the failure: a message, a detail or a stack trace. */
		FAILURE

	}

	/**
	 * A value of a message or dead letter.
	 *
	 * @param listener the id of the listener that the caller names
	 * @param source the queue, stream or channel
	 * @param kind the part of the message
	 * @param name {@code payload}, the header's name, or a name as
	 * {@code dead-letter-message}
	 * @param text the value as text
	 */
	record Value(String listener, String source, Kind kind, String name, String text) {
	}

}
