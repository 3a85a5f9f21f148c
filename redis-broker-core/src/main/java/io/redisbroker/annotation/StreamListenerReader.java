package io.redisbroker.annotation;

import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerDefaults;
import io.redisbroker.stream.StartFrom;
import io.redisbroker.stream.StreamEndpoint;

/**
 * Reads {@link StreamListener} annotations into endpoints. Thread-safe.
 *
 * @since 0.1.0
 */
public class StreamListenerReader extends ListenerAnnotationReader<StreamListener> {

	/**
	 * Creates a reader.
	 * @param methods makes handlers of methods
	 * @param defaults what holds for attributes left empty
	 * @param keyPrefix what every key starts with, or an empty string
	 */
	public StreamListenerReader(ListenerMethodFactory methods, ListenerDefaults defaults, String keyPrefix) {
		super(StreamListener.class, methods, defaults, keyPrefix);
	}

	@Override
	String id(StreamListener annotation) {
		return annotation.id();
	}

	@Override
	StreamEndpoint read(StreamListener annotation, String id, DeliveryHandler handler, AttributeResolver attributes) {
		String startFrom = attributes.text(annotation.startFrom());
		return StreamEndpoint.builder(id)
			.streams(keys(attributes.names(annotation.streams())))
			.group(attributes.text(annotation.group()))
			.consumer(attributes.text(annotation.consumer()))
			.startFrom((startFrom != null) ? StartFrom.parse(startFrom) : null)
			.settings(settings(id,
					new Attributes(annotation.ackMode(), annotation.concurrency(), annotation.batchSize(),
							"reclaimDelay", annotation.reclaimDelay(), annotation.maxProcessingTime(),
							annotation.maxAttempts(), annotation.maxDeliveries(), annotation.deadLetters(),
							annotation.autoStartup()),
					attributes))
			.handler(handler);
	}

}
