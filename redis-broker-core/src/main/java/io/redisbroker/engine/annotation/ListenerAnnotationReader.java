package io.redisbroker.engine.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.function.Consumer;

import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.listener.ListenerSettingsBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Reads one kind of listener annotation into endpoints; base class of all kinds.
 * Thread-safe.
 *
 * @param <A> the annotation
 */
public abstract class ListenerAnnotationReader<A extends Annotation> {

	private final Class<A> type;

	private final ListenerMethodFactory methods;

	ListenerAnnotationReader(Class<A> type, ListenerMethodFactory methods) {
		this.type = type;
		this.methods = methods;
	}

	/** The annotation that it reads. */
	final Class<A> type() {
		return this.type;
	}

	/** The attribute that names the listener. */
	abstract String id(A annotation);

	/** Makes an endpoint of an annotation on a method. */
	abstract ListenerEndpoint read(A annotation, String id, DeliveryHandler handler, AttributeResolver attributes);

	final ListenerEndpoint read(A annotation, String id, Object bean, Method method, AttributeResolver attributes) {
		return read(annotation, id, this.methods.create(bean, method, id), attributes);
	}

	/** The settings that all transports share; empty attributes are left open. */
	static ListenerSettings settings(Attributes annotation, AttributeResolver attributes) {
		ListenerSettingsBuilder settings = ListenerSettings.builder().ackMode(annotation.ackMode());
		ifPresent(attributes.integer("concurrency", annotation.concurrency()), settings::concurrency);
		ifPresent(attributes.integer("batchSize", annotation.batchSize()), settings::batchSize);
		ifPresent(attributes.duration(annotation.reclaimDelayName(), annotation.reclaimDelay()),
				settings::reclaimDelay);
		ifPresent(attributes.duration("maxProcessingTime", annotation.maxProcessingTime()),
				settings::maxProcessingTime);
		ifPresent(attributes.integer("maxDeliveries", annotation.maxDeliveries()), settings::maxDeliveries);
		ifPresent(attributes.integer("maxAttempts", annotation.maxAttempts()), settings::maxAttempts);
		ifPresent(attributes.text(annotation.deadLetters()), settings::deadLetters);
		ifPresent(attributes.bool("autoStartup", annotation.autoStartup()), settings::autoStartup);
		ifPresent(attributes.text(annotation.connectionFactory()), settings::connectionFactory);
		return settings.build();
	}

	static <T> void ifPresent(@Nullable T value, Consumer<T> setting) {
		if (value != null) {
			setting.accept(value);
		}
	}

	/**
	 * The attributes that annotations have in common, which Java does not let inherit.
	 */
	record Attributes(AckMode ackMode, String concurrency, String batchSize, String reclaimDelayName,
			String reclaimDelay, String maxProcessingTime, String maxAttempts, String maxDeliveries, String deadLetters,
			String autoStartup, String connectionFactory) {
	}

}
