package io.redisbroker.converter;

import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import io.redisbroker.retry.RetryAfterException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Converts payloads to bytes and back: bytes and text as they are, everything else as
 * JSON or in one of the application's {@linkplain PayloadFormat formats}. The type to
 * decode comes from the listener's signature, never from the wire. Thread-safe.
 *
 * @since 0.1.0
 */
public final class PayloadCodec {

	private final JsonMapper json;

	private final PayloadFormats formats;

	private final Map<Type, ObjectReader> readers = new ConcurrentHashMap<>();

	private final Map<Type, ObjectReader> fieldReaders = new ConcurrentHashMap<>();

	/**
	 * Creates a codec without formats other than JSON.
	 * @param json reads and writes JSON
	 */
	public PayloadCodec(JsonMapper json) {
		this(json, List.of());
	}

	/**
	 * Creates a codec.
	 * @param json reads and writes JSON
	 * @param formats reads and writes other content types, in their order
	 * @throws io.redisbroker.failure.BrokerConfigurationException when two formats have
	 * the same content type, or one has the content type of JSON or a pattern
	 */
	public PayloadCodec(JsonMapper json, Collection<? extends PayloadFormat> formats) {
		this.json = json;
		this.formats = new PayloadFormats(formats);
	}

	/**
	 * Encodes a payload in the content type that its header names. Without one it takes
	 * the first format that is the default for the payload's class, and otherwise JSON.
	 * Bytes stay as they are, and so does text that the format does not support. A header
	 * that is no MIME type is not read, and none is where there are no formats.
	 * @param payload bytes, text, or an object that Jackson or a format writes
	 * @param contentType the header {@code contentType}, or {@code null}
	 * @return the bytes, and the header to send with them
	 * @throws IllegalArgumentException when no format writes the object in this content
	 * type
	 * @throws tools.jackson.core.JacksonException when Jackson can't write it
	 * @throws PayloadFormatException when the format can't write it
	 */
	public EncodedPayload encode(Object payload, @Nullable String contentType) {
		if (payload instanceof byte[] bytes) {
			return new EncodedPayload(bytes, contentType);
		}
		if (contentType != null && !this.formats.isTold(contentType)) {
			return new EncodedPayload(encode(payload), contentType);
		}
		PayloadFormat format = (contentType != null) ? this.formats.find(contentType)
				: this.formats.defaultFor(payload.getClass()).orElse(null);
		if (format != null && format.supports(payload.getClass())) {
			return new EncodedPayload(encode(payload, format),
					(contentType != null) ? contentType : format.contentType().toString());
		}
		Assert.isTrue(
				contentType == null || payload instanceof CharSequence
						|| (format == null && PayloadFormats.isJson(contentType)),
				() -> "No PayloadFormat writes " + payload.getClass().getName() + " as content type "
						+ PayloadFormatException.quoted(String.valueOf(contentType))
						+ ": add a bean of type PayloadFormat that supports it, or send bytes");
		return new EncodedPayload(encode(payload), contentType);
	}

	/**
	 * Encodes a payload that takes the place of another one. Text stays as it is; then
	 * the message loses a content type that a format reads, unless it is one of text, and
	 * is read as JSON or text.
	 * @param payload as for {@link #encode(Object, String)}
	 * @param contentType the content type of the payload that is replaced, or
	 * {@code null}
	 * @return the bytes, and the header to send with them
	 */
	public EncodedPayload encodeReplacement(Object payload, @Nullable String contentType) {
		if (payload instanceof CharSequence) {
			boolean isText = contentType == null || PayloadFormats.isJson(contentType)
					|| this.formats.find(contentType) == null;
			return new EncodedPayload(encode(payload), isText ? contentType : null);
		}
		return encode(payload, contentType);
	}

	private static byte[] encode(Object payload, PayloadFormat format) {
		try {
			byte @Nullable [] bytes = format.encode(payload);
			if (bytes != null) {
				return bytes;
			}
			throw new PayloadFormatException(format.getClass().getName() + " returned null for "
					+ payload.getClass().getName() + " as content type " + format.contentType(), null);
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new PayloadFormatException(
					"can't write " + payload.getClass().getName() + " as content type " + format.contentType(), ex);
		}
	}

	/**
	 * Encodes a payload as bytes, text or JSON. The elements of collections are written
	 * as each would be written alone, so that they keep the type that
	 * {@code @JsonTypeInfo} adds.
	 * @param payload bytes, text or anything that Jackson writes
	 * @return the bytes for the wire
	 * @throws tools.jackson.core.JacksonException when Jackson can't write it
	 */
	public byte[] encode(Object payload) {
		if (payload instanceof byte[] bytes) {
			return bytes;
		}
		if (payload instanceof CharSequence text) {
			return text.toString().getBytes(StandardCharsets.UTF_8);
		}
		return this.json.writeValueAsBytes(TypedElements.of(payload));
	}

	/**
	 * Decodes a payload by its content type. Bytes stay as they are, in every content
	 * type. JSON, text and {@code application/octet-stream} are read as a payload without
	 * content type is. Text in a content type without format is read if it is UTF-8.
	 * @param payload the bytes from the wire
	 * @param type the type to return
	 * @param contentType the header {@code contentType}, or {@code null}
	 * @return the bytes themselves (also for {@code Object}), text, or the object that
	 * Jackson or a format read; {@code null} where there is none
	 * @throws tools.jackson.core.JacksonException when Jackson can't read it
	 * @throws PayloadFormatException when no format reads the content type as this type,
	 * or the format can't read this payload
	 * @throws RetryAfterException when the format can't read any payload now
	 */
	public @Nullable Object decode(byte[] payload, Type type, @Nullable String contentType) {
		if (type == byte[].class || type == Object.class) {
			return payload;
		}
		if (contentType == null || !this.formats.isTold(contentType)) {
			return decodeUntold(payload, type, contentType);
		}
		PayloadFormat format = this.formats.find(contentType);
		boolean isText = isText(type);
		if (format != null) {
			Class<?> supported = ResolvableType.forType(type).toClass();
			if (format.supports(supported)) {
				return decode(payload, type, supported, format, contentType);
			}
			if (!isText) {
				throw PayloadFormatException.unsupported(contentType, type);
			}
		}
		if (format != null || PayloadFormats.isJson(contentType)) {
			return decode(payload, type);
		}
		String text = isText ? utf8(payload) : null;
		if (text == null) {
			throw PayloadFormatException.unknown(contentType, type, this.formats.contentTypes());
		}
		return text;
	}

	private @Nullable Object decodeUntold(byte[] payload, Type type, @Nullable String contentType) {
		try {
			return decode(payload, type);
		}
		catch (JacksonException ex) {
			if (contentType != null && !PayloadFormats.isJson(contentType)) {
				throw PayloadFormatException.unknown(contentType, type, this.formats.contentTypes());
			}
			PayloadFormat format = this.formats.defaultFor(ResolvableType.forType(type).toClass()).orElse(null);
			throw (format != null) ? PayloadFormatException.untold(format.contentType().toString(), type, ex) : ex;
		}
	}

	private static @Nullable Object decode(byte[] payload, Type type, Class<?> supported, PayloadFormat format,
			String contentType) {
		Object value;
		try {
			value = format.decode(payload, type);
		}
		catch (RetryAfterException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw PayloadFormatException.unreadable(contentType, type, ex);
		}
		if (value != null && !ClassUtils.isAssignableValue(supported, value)) {
			throw PayloadFormatException.wrongType(contentType, type, value);
		}
		return value;
	}

	private static boolean isText(Type type) {
		return type == String.class || type == CharSequence.class;
	}

	private static @Nullable String utf8(byte[] payload) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
		}
		catch (CharacterCodingException ex) {
			return null;
		}
	}

	/**
	 * Decodes a payload without content type.
	 * @param payload the bytes from the wire
	 * @param type the type to return
	 * @return the bytes themselves (also for {@code Object}), text, or the object that
	 * Jackson read; {@code null} for JSON's {@code null}, and for an empty payload
	 * @throws tools.jackson.core.JacksonException when Jackson can't read it
	 */
	public @Nullable Object decode(byte[] payload, Type type) {
		if (type == byte[].class || type == Object.class) {
			return payload;
		}
		if (isText(type)) {
			return new String(payload, StandardCharsets.UTF_8);
		}
		return (payload.length > 0) ? reader(type).readValue(payload) : null;
	}

	/**
	 * Checks that some payload can be decoded as a type, by Jackson or a format.
	 * @param type the type that a listener takes
	 * @throws InvalidDefinitionException when Jackson can read none as this type, such as
	 * an interface that does not say which classes implement it
	 */
	public void requireDecodable(Type type) {
		if (this.formats.supporting(ResolvableType.forType(type).toClass()).isPresent()) {
			return;
		}
		for (JavaType each = this.json.constructType(type); each != null; each = each.getContentType()) {
			if (isDoubtful(each.getRawClass())) {
				tryOut(each);
			}
		}
	}

	/** Jackson can read most types, and to ask it takes time. */
	private static boolean isDoubtful(Class<?> type) {
		return type != CharSequence.class && !type.isPrimitive() && !type.isArray() && !type.isRecord()
				&& !type.isEnum() && (Modifier.isAbstract(type.getModifiers()) || !ClassUtils.hasConstructor(type));
	}

	private void tryOut(JavaType type) {
		try {
			reader(type).readValue("{}");
		}
		catch (InvalidDefinitionException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			// this payload does not fit, another one may
		}
	}

	/**
	 * Decodes the fields of an entry that another client wrote as a record, a bean or a
	 * map, whose numbers and dates are read from the fields' text. For a record or a
	 * bean, names such as {@code address.city} and {@code items.[0].name} are paths.
	 * @param fields names and values
	 * @param type the type to return; as text or bytes the fields become a JSON object
	 * @return the result
	 * @throws tools.jackson.core.JacksonException when Jackson can't make it
	 */
	public @Nullable Object decode(Map<String, String> fields, Type type) {
		if (type == Object.class) {
			return fields;
		}
		JavaType javaType = this.json.constructType(type);
		if (!isNested(javaType)) {
			return decode(this.json.writeValueAsBytes(fields), type);
		}
		Object nested = fields;
		if (fields.keySet().stream().anyMatch(NestedFields::isPath)) {
			Collection<?> known = this.json._deserializationContext()
				.findRootValueDeserializer(javaType)
				.getKnownPropertyNames();
			nested = NestedFields.tree(fields, (known != null) ? namesOf(known) : Set.of(),
					!this.json.isEnabled(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES));
		}
		return this.fieldReaders.computeIfAbsent(type, (it) -> reader(it).withHandler(NestedFields.VALUES))
			.readValue(this.json.writeValueAsBytes(nested));
	}

	/** Whether the names of fields may be paths in it; text, maps and trees hold any. */
	private static boolean isNested(JavaType type) {
		return !type.isMapLikeType() && !type.isTypeOrSubTypeOf(JsonNode.class)
				&& !type.isTypeOrSubTypeOf(CharSequence.class) && !type.isArrayType();
	}

	private static Set<String> namesOf(Collection<?> properties) {
		return properties.stream().map(String::valueOf).collect(Collectors.toSet());
	}

	private ObjectReader reader(Type type) {
		return this.readers.computeIfAbsent(type, (it) -> {
			JavaType javaType = this.json.constructType(it);
			return this.json.readerFor(javaType);
		});
	}

}
