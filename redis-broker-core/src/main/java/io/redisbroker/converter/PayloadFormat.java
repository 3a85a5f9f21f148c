package io.redisbroker.converter;

import java.lang.reflect.Type;

import org.jspecify.annotations.Nullable;
import org.springframework.util.MimeType;

/**
 * Writes and reads payloads of one content type, for example Avro, Protobuf or CBOR. A
 * bean of this type adds its content type to JSON, text and bytes, which need no format.
 * The content type travels in the header {@code contentType}.
 *
 * <p>
 * A message is sent in this format when its header {@code contentType} names it, or when
 * it has no such header and {@link #isDefaultFor} accepts the payload's class. It is read
 * in this format when its header names the content type. A message without that header is
 * JSON, text or bytes, with or without formats. Bytes are sent and received as they are,
 * in every content type.
 *
 * <p>
 * The type to read comes from the listener's signature, never from the wire.
 * Implementations are thread-safe. Beans are asked in their order.
 *
 * @since 0.1.0
 */
public interface PayloadFormat {

	/**
	 * Returns the content type, as it is written into the header.
	 * @return a concrete type, for example {@code application/cbor}; messages are matched
	 * by type and subtype, without parameters
	 */
	MimeType contentType();

	/**
	 * Tells whether the format can write and read objects of a class.
	 * @param type the class of a payload to send, or of a listener's parameter, without
	 * its type arguments; never {@code byte[]}
	 * @return whether it can. For {@code String} a format that says no leaves the text as
	 * it is
	 */
	boolean supports(Class<?> type);

	/**
	 * Tells whether payloads of a class are sent in this format when their content type
	 * is not set.
	 * @param type the class of a payload, one that the format {@linkplain #supports
	 * supports}
	 * @return whether they are; by default not, so that they are sent as JSON
	 */
	default boolean isDefaultFor(Class<?> type) {
		return false;
	}

	/**
	 * Writes a payload.
	 * @param payload an object of a supported class
	 * @return the bytes
	 * @throws Exception when it can't be written; nothing is sent then
	 */
	byte[] encode(Object payload) throws Exception;

	/**
	 * Reads a payload.
	 * @param payload the bytes as they were sent
	 * @param type the type to return, with its type arguments, of a supported class
	 * @return the object, or {@code null} where the payload stands for none
	 * @throws io.redisbroker.retry.RetryAfterException when the payload can't be read now
	 * for a reason outside of it, for example because a schema registry is down: this
	 * counts as a failure of the listener, and the message is delivered again
	 * @throws Exception when the payload can't be read, in which case the message becomes
	 * a dead letter at once
	 */
	@Nullable Object decode(byte[] payload, Type type) throws Exception;

}
