package io.redisbroker.converter;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import io.redisbroker.failure.BrokerConfigurationException;
import org.jspecify.annotations.Nullable;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * The formats of an application by content type. Immutable.
 */
final class PayloadFormats {

	private final Map<String, PayloadFormat> byContentType = new LinkedHashMap<>();

	/**
	 * Keeps formats.
	 * @param formats the formats in their order
	 * @throws BrokerConfigurationException when two have the same content type, or one
	 * has a content type that can't be its own
	 */
	PayloadFormats(Collection<? extends PayloadFormat> formats) {
		for (PayloadFormat format : formats) {
			MimeType type = format.contentType();
			String where = "PayloadFormat " + format.getClass().getName() + " has the content type " + type;
			if (!type.isConcrete()) {
				throw new BrokerConfigurationException(where + ", which is a pattern",
						"Return one type, as application/cbor.");
			}
			if (type.equalsTypeAndSubtype(MimeTypeUtils.APPLICATION_JSON)) {
				throw new BrokerConfigurationException(
						where + ", but JSON is written and read by the bean of type JsonMapper",
						"Change that bean, or return a content type of your own.");
			}
			PayloadFormat other = this.byContentType.put(key(type), format);
			if (other != null) {
				throw new BrokerConfigurationException(where + ", and so has " + other.getClass().getName(),
						"Remove one of the beans, or return another content type.");
			}
		}
	}

	private static String key(MimeType type) {
		return type.getType() + "/" + type.getSubtype();
	}

	/** Returns the format of a content type, or {@code null} where none has it. */
	@Nullable PayloadFormat find(String contentType) {
		MimeType type = this.byContentType.isEmpty() ? null : parse(contentType);
		return (type != null) ? this.byContentType.get(key(type)) : null;
	}

	/** Returns the format in which objects of a class are sent by default. */
	Optional<PayloadFormat> defaultFor(Class<?> type) {
		if (this.byContentType.isEmpty()) {
			// every message that is sent asks
			return Optional.empty();
		}
		return this.byContentType.values()
			.stream()
			.filter((format) -> format.supports(type) && format.isDefaultFor(type))
			.findFirst();
	}

	/** Returns a format that supports a class. */
	Optional<PayloadFormat> supporting(Class<?> type) {
		return this.byContentType.values().stream().filter((format) -> format.supports(type)).findFirst();
	}

	Collection<String> contentTypes() {
		return this.byContentType.keySet();
	}

	/**
	 * Tells whether a header names a content type: it is a MIME type, and there are
	 * formats. Otherwise the header means something else to the application.
	 */
	boolean isTold(@Nullable String contentType) {
		return contentType != null && !this.byContentType.isEmpty() && parse(contentType) != null;
	}

	/**
	 * Tells whether a content type without a format is read as if there was none. Text
	 * and unknown bytes may be JSON, as everything without a content type.
	 */
	static boolean isJson(String contentType) {
		MimeType type = parse(contentType);
		return type != null && (type.equalsTypeAndSubtype(MimeTypeUtils.APPLICATION_JSON)
				|| "json".equals(type.getSubtypeSuffix()) || type.getType().equals("text")
				|| type.equalsTypeAndSubtype(MimeTypeUtils.APPLICATION_OCTET_STREAM));
	}

	private static @Nullable MimeType parse(String contentType) {
		try {
			return MimeTypeUtils.parseMimeType(contentType);
		}
		catch (InvalidMimeTypeException ex) {
			return null;
		}
	}

}
