package io.redisbroker.annotation;

import java.lang.reflect.Method;
import java.util.List;

import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.stream.StartFrom;
import io.redisbroker.stream.StreamEndpoint;

/**
 * Reads {@link StreamListener} annotations into endpoints. Thread-safe.
 *
 * @since 0.1.0
 */
public class StreamListenerReader {

	private final ListenerMethodFactory methods;

	private final ListenerSettings defaults;

	private final String keyPrefix;

	/**
	 * Creates a reader.
	 * @param methods makes handlers of methods
	 * @param defaults what holds for attributes left empty
	 * @param keyPrefix what every key starts with, or an empty string
	 */
	public StreamListenerReader(ListenerMethodFactory methods, ListenerSettings defaults, String keyPrefix) {
		this.methods = methods;
		this.defaults = defaults;
		this.keyPrefix = keyPrefix;
	}

	StreamEndpoint read(StreamListener annotation, String id, Object bean, Method method,
			AttributeResolver attributes) {
		List<String> streams = attributes.names(annotation.streams());
		String startFrom = attributes.text(annotation.startFrom());
		DeliveryHandler handler = this.methods.create(bean, method, id);
		return StreamEndpoint.builder(id)
			.streams(streams.stream().map(this.keyPrefix::concat).toArray(String[]::new))
			.group(attributes.text(annotation.group()))
			.consumer(attributes.text(annotation.consumer()))
			.startFrom((startFrom != null) ? StartFrom.parse(startFrom) : null)
			.settings(settings(annotation, attributes))
			.handler(handler);
	}

	private ListenerSettings settings(StreamListener annotation, AttributeResolver attributes) {
		String deadLetters = attributes.text(annotation.deadLetters());
		return new ListenerSettings(annotation.ackMode(),
				attributes.integer("concurrency", annotation.concurrency(), this.defaults.concurrency()),
				attributes.integer("batchSize", annotation.batchSize(), this.defaults.batchSize()),
				attributes.duration("reclaimDelay", annotation.reclaimDelay(), this.defaults.reclaimDelay()),
				attributes.integer("maxDeliveries", annotation.maxDeliveries(), this.defaults.maxDeliveries()),
				this.defaults.backoff(), (deadLetters != null) ? this.keyPrefix + deadLetters : null,
				attributes.bool("autoStartup", annotation.autoStartup(), this.defaults.autoStartup()));
	}

}
