package io.redisbroker.converter;

import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Payloads to bytes and back: bytes and text as they are, everything else as JSON. The
 * type to decode comes from the listener's signature, never from the wire. Thread-safe.
 *
 * @since 0.1.0
 */
public final class PayloadCodec {

	private final JsonMapper json;

	private final Map<Type, ObjectReader> readers = new ConcurrentHashMap<>();

	/**
	 * Creates a codec.
	 * @param json reads and writes JSON
	 */
	public PayloadCodec(JsonMapper json) {
		this.json = json;
	}

	/**
	 * Encodes a payload.
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
		return this.json.writeValueAsBytes(payload);
	}

	/**
	 * Decodes a payload.
	 * @param payload the bytes from the wire
	 * @param type what to make of them
	 * @return the bytes themselves (also for {@code Object}), text, or what Jackson read;
	 * {@code null} for JSON's {@code null}
	 * @throws tools.jackson.core.JacksonException when Jackson can't read it
	 */
	public @Nullable Object decode(byte[] payload, Type type) {
		if (type == byte[].class || type == Object.class) {
			return payload;
		}
		if (type == String.class || type == CharSequence.class) {
			return new String(payload, StandardCharsets.UTF_8);
		}
		return reader(type).readValue(payload);
	}

	/**
	 * Makes something of the fields of an entry that another client wrote: a record, a
	 * bean or a map, whose numbers and dates are read from the fields' text.
	 * @param fields names and values
	 * @param type what to make of them; as text or bytes they become a JSON object
	 * @return the result
	 * @throws tools.jackson.core.JacksonException when Jackson can't make it
	 */
	public @Nullable Object decode(Map<String, String> fields, Type type) {
		if (type == Object.class) {
			return fields;
		}
		return decode(this.json.writeValueAsBytes(fields), type);
	}

	private ObjectReader reader(Type type) {
		return this.readers.computeIfAbsent(type, (it) -> {
			JavaType javaType = this.json.constructType(it);
			return this.json.readerFor(javaType);
		});
	}

}
