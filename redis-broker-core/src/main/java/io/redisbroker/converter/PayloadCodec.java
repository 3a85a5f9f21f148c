package io.redisbroker.converter;

import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.exc.InvalidDefinitionException;
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

	private final Map<Type, ObjectReader> fieldReaders = new ConcurrentHashMap<>();

	/**
	 * Creates a codec.
	 * @param json reads and writes JSON
	 */
	public PayloadCodec(JsonMapper json) {
		this.json = json;
	}

	/**
	 * Encodes a payload. The elements of collections are written as each would be written
	 * alone, so that they keep the type that {@code @JsonTypeInfo} adds.
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
	 * Decodes a payload.
	 * @param payload the bytes from the wire
	 * @param type what to make of them
	 * @return the bytes themselves (also for {@code Object}), text, or what Jackson read;
	 * {@code null} for JSON's {@code null}, and where there is nothing to read
	 * @throws tools.jackson.core.JacksonException when Jackson can't read it
	 */
	public @Nullable Object decode(byte[] payload, Type type) {
		if (type == byte[].class || type == Object.class) {
			return payload;
		}
		if (type == String.class || type == CharSequence.class) {
			return new String(payload, StandardCharsets.UTF_8);
		}
		return (payload.length > 0) ? reader(type).readValue(payload) : null;
	}

	/**
	 * Makes sure that there are payloads which a type can be decoded from.
	 * @param type what is to be made of payloads
	 * @throws InvalidDefinitionException when Jackson can read none as this type, such as
	 * an interface that does not say which classes implement it
	 */
	public void requireDecodable(Type type) {
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
	 * Makes something of the fields of an entry that another client wrote: a record, a
	 * bean or a map, whose numbers and dates are read from the fields' text. For a record
	 * or a bean, names such as {@code address.city} and {@code items.[0].name} are paths.
	 * @param fields names and values
	 * @param type what to make of them; as text or bytes they become a JSON object
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
