package io.redisbroker.engine.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.Type;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.SynthesizingMethodParameter;

/**
 * The element of a {@code List} parameter, seen as a parameter of its own, so that the
 * lists of a batch listener have the same elements as parameters for single messages.
 */
final class ListElementParameter extends SynthesizingMethodParameter {

	private final SynthesizingMethodParameter list;

	private final ResolvableType element;

	ListElementParameter(SynthesizingMethodParameter list) {
		super(list);
		this.list = list;
		this.element = ResolvableType.forMethodParameter(list).getGeneric();
	}

	private ListElementParameter(ListElementParameter original) {
		super(original);
		this.list = original.list;
		this.element = original.element;
	}

	@Override
	public Class<?> getContainingClass() {
		return this.list.getContainingClass();
	}

	@Override
	public Annotation[] getParameterAnnotations() {
		return this.list.getParameterAnnotations();
	}

	@Override
	public Class<?> getParameterType() {
		return this.element.resolve(Object.class);
	}

	@Override
	public Type getGenericParameterType() {
		return (this.element == ResolvableType.NONE) ? Object.class : this.element.getType();
	}

	@Override
	public ListElementParameter clone() {
		return new ListElementParameter(this);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return super.equals(other) && other instanceof ListElementParameter;
	}

	@Override
	public int hashCode() {
		return 31 * super.hashCode() + 1;
	}

}
