package io.redisbroker.engine.annotation;

import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.DeliveryHandler;

/**
 * Reads {@link ChannelListener} annotations into endpoints. Thread-safe.
 */
public class ChannelListenerReader extends ListenerAnnotationReader<ChannelListener> {

	/**
	 * Creates a reader.
	 * @param methods makes handlers of methods
	 */
	public ChannelListenerReader(ListenerMethodFactory methods) {
		super(ChannelListener.class, methods);
	}

	@Override
	String id(ChannelListener annotation) {
		return annotation.id();
	}

	@Override
	ChannelEndpoint read(ChannelListener annotation, String id, DeliveryHandler handler, AttributeResolver attributes) {
		ChannelEndpoint.Builder endpoint = ChannelEndpoint.builder(id)
			.channels(attributes.names(annotation.channels()).toArray(String[]::new))
			.patterns(attributes.names(annotation.patterns()).toArray(String[]::new))
			.sharded(annotation.sharded())
			.overflow(annotation.overflow())
			.settings(settings(new Attributes(AckMode.NONE, annotation.concurrency(), annotation.batchSize(),
					"reclaimDelay", "", annotation.maxProcessingTime(), "", "", annotation.deadLetters(),
					annotation.autoStartup(), annotation.connectionFactory()), attributes));
		ifPresent(attributes.integer("bufferSize", annotation.bufferSize()), endpoint::bufferSize);
		return endpoint.handler(handler);
	}

}
