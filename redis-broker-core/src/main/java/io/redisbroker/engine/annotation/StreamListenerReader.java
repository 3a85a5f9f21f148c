package io.redisbroker.engine.annotation;

import io.redisbroker.annotation.StreamListener;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.stream.StartFrom;
import io.redisbroker.stream.StreamEndpoint;

/**
 * Reads {@link StreamListener} annotations into endpoints. Thread-safe.
 */
public class StreamListenerReader extends ListenerAnnotationReader<StreamListener> {

	/**
	 * Creates a reader.
	 * @param methods makes handlers of methods
	 */
	public StreamListenerReader(ListenerMethodFactory methods) {
		super(StreamListener.class, methods);
	}

	@Override
	String id(StreamListener annotation) {
		return annotation.id();
	}

	@Override
	StreamEndpoint read(StreamListener annotation, String id, DeliveryHandler handler, AttributeResolver attributes) {
		String startFrom = attributes.text(annotation.startFrom());
		return StreamEndpoint.builder(id)
			.streams(attributes.names(annotation.streams()).toArray(String[]::new))
			.group(attributes.text(annotation.group()))
			.consumer(attributes.text(annotation.consumer()))
			.startFrom((startFrom != null) ? StartFrom.parse(startFrom) : null)
			.settings(settings(new Attributes(annotation.ackMode(), annotation.concurrency(), annotation.batchSize(),
					"reclaimDelay", annotation.reclaimDelay(), annotation.maxProcessingTime(), annotation.maxAttempts(),
					annotation.maxDeliveries(), annotation.deadLetters(), annotation.autoStartup(),
					annotation.connectionFactory()), attributes))
			.handler(handler);
	}

}
