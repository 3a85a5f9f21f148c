package io.redisbroker.converter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JacksonSerializable;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.jsontype.TypeSerializer;

/**
 * Writes each element of a collection as it is written alone. At runtime a
 * {@code List<Animal>} has no element type, so Jackson leaves out the properties of
 * {@code @JsonTypeInfo}, without which no listener can read it.
 */
final class TypedElements {

	/** Others may have a serializer of their own. */
	private static final String[] LIBRARIES = { "java.", "kotlin.", "com.google.common.collect." };

	private TypedElements() {
	}

	static @Nullable Object of(@Nullable Object value) {
		if (value instanceof Object[] array) {
			return Arrays.stream(array).map(TypedElements::element).toList();
		}
		if (value == null || !hasElements(value) || !isOfLibrary(value)
				|| value.getClass().getTypeParameters().length == 0) {
			return value;
		}
		if (value instanceof Collection<?> collection) {
			List<@Nullable Object> elements = new ArrayList<>(collection.size());
			collection.forEach((each) -> elements.add(element(each)));
			return elements;
		}
		if (value instanceof Map<?, ?> map) {
			Map<Object, @Nullable Object> elements = new LinkedHashMap<>();
			map.forEach((key, each) -> elements.put(key, element(each)));
			return elements;
		}
		return (value instanceof Optional<?> optional) ? optional.map(TypedElements::element) : value;
	}

	private static @Nullable Object element(@Nullable Object value) {
		Object element = of(value);
		return (element == null || isOfLibrary(element)) ? element : new Typed(element);
	}

	private static boolean hasElements(Object value) {
		return value instanceof Collection || value instanceof Map || value instanceof Optional;
	}

	private static boolean isOfLibrary(Object value) {
		String type = value.getClass().getName();
		return Stream.of(LIBRARIES).anyMatch(type::startsWith);
	}

	private record Typed(Object value) implements JacksonSerializable {

		@Override
		public void serialize(JsonGenerator generator, SerializationContext context) {
			context.findTypedValueSerializer(this.value.getClass(), true).serialize(this.value, generator, context);
		}

		@Override
		public void serializeWithType(JsonGenerator generator, SerializationContext context, TypeSerializer type) {
			serialize(generator, context);
		}

	}

}
