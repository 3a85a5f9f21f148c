package io.redisbroker.engine.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/**
 * The methods of a class that have listener annotations. Thread-safe.
 */
final class AnnotatedMethods {

	private static final List<Class<? extends Annotation>> ANNOTATIONS = List.of(StreamListener.class,
			QueueListener.class, ChannelListener.class);

	private final Set<Class<?>> without = ConcurrentHashMap.newKeySet();

	/** Returns the annotations by method, in an order that does not depend on the JVM. */
	Map<Method, List<Annotation>> of(Class<?> type) {
		if (this.without.contains(type)) {
			return Map.of();
		}
		Map<Method, List<Annotation>> methods = find(type);
		if (methods.isEmpty()) {
			this.without.add(type);
		}
		return methods;
	}

	/** Tells whether a class, or the class behind a proxy, has listeners. */
	static boolean areIn(Class<?> type) {
		return !find(ClassUtils.getUserClass(type)).isEmpty();
	}

	private static Map<Method, List<Annotation>> find(Class<?> type) {
		if (!AnnotationUtils.isCandidateClass(type, ANNOTATIONS)) {
			return Map.of();
		}
		Map<Method, List<Annotation>> methods = new LinkedHashMap<>();
		// generated ids may tell the order
		MethodIntrospector
			.selectMethods(type, (MethodIntrospector.MetadataLookup<List<Annotation>>) AnnotatedMethods::annotationsOn)
			.entrySet()
			.stream()
			.sorted(Comparator.comparing((entry) -> entry.getKey().toGenericString()))
			.forEach((entry) -> methods.put(entry.getKey(), entry.getValue()));
		return methods;
	}

	/** An annotation on a method replaces those on methods that it overrides. */
	private static @Nullable List<Annotation> annotationsOn(Method method) {
		MergedAnnotations all = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
		List<MergedAnnotation<?>> listeners = new ArrayList<>();
		for (Class<? extends Annotation> type : ANNOTATIONS) {
			all.stream(type).forEach(listeners::add);
		}
		int nearest = listeners.stream().mapToInt(MergedAnnotation::getAggregateIndex).min().orElse(0);
		List<Annotation> annotations = new ArrayList<>();
		listeners.stream()
			.filter((listener) -> listener.getAggregateIndex() == nearest)
			.map((listener) -> (Annotation) listener.synthesize())
			.filter((annotation) -> !annotations.contains(annotation))
			.forEach(annotations::add);
		return annotations.isEmpty() ? null : annotations;
	}

}
