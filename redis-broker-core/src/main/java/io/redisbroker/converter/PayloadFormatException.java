package io.redisbroker.converter;

import java.io.Serial;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.messaging.converter.MessageConversionException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;

/**
 * A payload can't be read or written in its content type. The message holds the content
 * type and nothing of the payload. Immutable.
 *
 * @since 0.1.0
 */
public class PayloadFormatException extends MessageConversionException {

	@Serial
	private static final long serialVersionUID = 1L;

	/** The header comes from the wire, and the message goes into the log. */
	private static final int LONGEST_CONTENT_TYPE = 100;

	PayloadFormatException(String problem, @Nullable Throwable cause) {
		super(problem, cause);
	}

	/** No format has the content type of a message that was received. */
	static PayloadFormatException unknown(String contentType, Type type, Collection<String> known) {
		return new PayloadFormatException("nothing reads content type " + quoted(contentType) + " as "
				+ type.getTypeName() + ". Known are JSON, text"
				+ known.stream().map(", "::concat).collect(Collectors.joining())
				+ ". Add a bean of type PayloadFormat for it, or take byte[], String or Delivery in the listener",
				null);
	}

	/** The format of a message that was received does not read the listener's type. */
	static PayloadFormatException unsupported(String contentType, Type type) {
		return new PayloadFormatException(
				"the PayloadFormat of content type " + quoted(contentType) + " does not support " + type.getTypeName()
						+ ". Take a type that it supports, byte[] or Delivery in the listener",
				null);
	}

	/** The format of a message that was received does not make its type. */
	static PayloadFormatException wrongType(String contentType, Type type, Object made) {
		return new PayloadFormatException("the PayloadFormat of content type " + quoted(contentType) + " made a "
				+ made.getClass().getName() + ", but the listener takes " + type.getTypeName(), null);
	}

	/** A format failed on a message that was received. */
	static PayloadFormatException unreadable(String contentType, Type type, Exception cause) {
		String reason = (cause instanceof JacksonException && !(cause instanceof StreamReadException))
				? DecodingFailures.describe(cause) : cause.getClass().getSimpleName();
		return new PayloadFormatException(
				"can't read content type " + quoted(contentType) + " as " + type.getTypeName() + " (" + reason + ")",
				cause);
	}

	/** A type that is sent in a format arrived without a content type, and is no JSON. */
	static PayloadFormatException untold(String contentType, Type type, JacksonException cause) {
		return new PayloadFormatException(DecodingFailures.describe(cause) + ". The message has no header contentType, "
				+ "so it is read as JSON; " + type.getTypeName() + " is also read from " + quoted(contentType)
				+ " if the header says so", cause);
	}

	static String quoted(String contentType) {
		String text = contentType.replaceAll("[^\\p{Graph} ]", "?");
		return "'" + ((text.length() > LONGEST_CONTENT_TYPE) ? text.substring(0, LONGEST_CONTENT_TYPE) + "…" : text)
				+ "'";
	}

}
