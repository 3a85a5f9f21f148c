package io.redisbroker.engine.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;

import org.springframework.core.GenericTypeResolver;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;

/**
 * The types of parameters with the annotations inside of them, as in
 * {@code List<@Valid Order>}.
 */
final class AnnotatedTypes {

	private AnnotatedTypes() {
	}

	/** Returns the type of a parameter, or of the elements that it is a list of. */
	static AnnotatedType of(MethodParameter parameter) {
		Method method = Objects.requireNonNull(parameter.getMethod());
		AnnotatedType type = method.getAnnotatedParameterTypes()[parameter.getParameterIndex()];
		return (parameter instanceof ListElementParameter) ? argument(type) : type;
	}

	/** Returns the type argument; the type itself where it has none. */
	static AnnotatedType argument(AnnotatedType type) {
		return (type instanceof AnnotatedParameterizedType parameterized)
				? parameterized.getAnnotatedActualTypeArguments()[0] : type;
	}

	static boolean isNullable(AnnotatedType type) {
		return Arrays.stream(type.getAnnotations())
			.anyMatch((annotation) -> annotation.annotationType().getSimpleName().equals("Nullable"));
	}

	/** Returns all annotations of a type and of the types that it is made of. */
	static Stream<Annotation> annotations(AnnotatedType type) {
		return Stream.concat(Arrays.stream(type.getAnnotations()), inside(type));
	}

	/** Returns all annotations of the types that a type is made of. */
	static Stream<Annotation> inside(AnnotatedType type) {
		return parts(type).flatMap(AnnotatedTypes::annotations);
	}

	/** Returns those inside of wildcards, and of arrays that are elements. */
	static Stream<Annotation> outOfReach(AnnotatedType type) {
		return parts(type)
			.flatMap((part) -> (part instanceof AnnotatedArrayType || part instanceof AnnotatedWildcardType)
					? inside(part) : outOfReach(part));
	}

	private static Stream<AnnotatedType> parts(AnnotatedType type) {
		if (type instanceof AnnotatedParameterizedType parameterized) {
			return Arrays.stream(parameterized.getAnnotatedActualTypeArguments());
		}
		if (type instanceof AnnotatedArrayType array) {
			return Stream.of(array.getAnnotatedGenericComponentType());
		}
		if (type instanceof AnnotatedWildcardType wildcard) {
			return Stream.concat(Arrays.stream(wildcard.getAnnotatedLowerBounds()),
					Arrays.stream(wildcard.getAnnotatedUpperBounds()));
		}
		return Stream.empty();
	}

	/** Replaces type variables by the types that a class gives them, also in arrays. */
	static Type resolve(Type type, Class<?> of) {
		if (type instanceof GenericArrayType array
				&& resolve(array.getGenericComponentType(), of) instanceof Class<?> component) {
			return component.arrayType();
		}
		return GenericTypeResolver.resolveType(type, of);
	}

	/** Returns the bound of a wildcard or a type variable, and any other type itself. */
	static Type bound(ResolvableType resolvable) {
		if (resolvable == ResolvableType.NONE) {
			return Object.class;
		}
		Type type = resolvable.getType();
		if (type instanceof WildcardType wildcard) {
			Type[] lower = wildcard.getLowerBounds();
			type = (lower.length > 0) ? lower[0] : wildcard.getUpperBounds()[0];
		}
		return (type instanceof TypeVariable<?> variable) ? variable.getBounds()[0] : type;
	}

}
