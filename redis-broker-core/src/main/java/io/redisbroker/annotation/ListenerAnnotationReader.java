package io.redisbroker.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;

import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerDefaults;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.settlement.AckMode;
import org.jspecify.annotations.Nullable;

/**
 * Reads one kind of listener annotation into endpoints: what all kinds have in common.
 * Thread-safe.
 *
 * @param <A> the annotation
 * @since 0.1.0
 */
public abstract class ListenerAnnotationReader<A extends Annotation> {

	private final Class<A> type;

	private final ListenerMethodFactory methods;

	private final ListenerDefaults defaults;

	private final String keyPrefix;

	ListenerAnnotationReader(Class<A> type, ListenerMethodFactory methods, ListenerDefaults defaults,
			String keyPrefix) {
		this.type = type;
		this.methods = methods;
		this.defaults = defaults;
		this.keyPrefix = keyPrefix;
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

	final String key(String name) {
		return this.keyPrefix + name;
	}

	final String[] keys(List<String> names) {
		return names.stream().map(this::key).toArray(String[]::new);
	}

	/**
	 * The settings that all transports share, where an attribute is empty the default.
	 */
	final ListenerSettings settings(String id, Attributes annotation, AttributeResolver attributes) {
		ListenerSettings defaults = this.defaults.of(id);
		String deadLetters = attributes.text(annotation.deadLetters());
		return new ListenerSettings(annotation.ackMode(),
				attributes.integer("concurrency", annotation.concurrency(), defaults.concurrency()),
				attributes.integer("batchSize", annotation.batchSize(), defaults.batchSize()),
				attributes.duration(annotation.reclaimDelayName(), annotation.reclaimDelay(), defaults.reclaimDelay()),
				maxProcessingTime(annotation, attributes, defaults),
				attributes.integer("maxDeliveries", annotation.maxDeliveries(), defaults.maxDeliveries()),
				defaults.retry()
					.withMaxAttempts(attributes.integer("maxAttempts", annotation.maxAttempts(),
							defaults.retry().maxAttempts())),
				(deadLetters != null) ? key(deadLetters) : null, defaults.retention(),
				attributes.bool("autoStartup", annotation.autoStartup(), defaults.autoStartup()));
	}

	private static @Nullable Duration maxProcessingTime(Attributes annotation, AttributeResolver attributes,
			ListenerSettings defaults) {
		Duration limit = defaults.maxProcessingTime();
		return attributes.duration("maxProcessingTime", annotation.maxProcessingTime(),
				(limit != null) ? limit : Duration.ZERO);
	}

	/**
	 * The attributes that annotations have in common, which Java does not let inherit.
	 */
	record Attributes(AckMode ackMode, String concurrency, String batchSize, String reclaimDelayName,
			String reclaimDelay, String maxProcessingTime, String maxAttempts, String maxDeliveries, String deadLetters,
			String autoStartup) {
	}

}
