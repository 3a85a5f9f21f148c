package io.redisbroker.annotation;

import java.util.List;

import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerDefaults;
import io.redisbroker.settlement.AckMode;

/**
 * Reads {@link ChannelListener} annotations into endpoints. Thread-safe.
 *
 * @since 0.1.0
 */
public class ChannelListenerReader extends ListenerAnnotationReader<ChannelListener> {

	private final int bufferSize;

	/**
	 * Creates a reader.
	 * @param methods makes handlers of methods
	 * @param defaults what holds for attributes left empty
	 * @param keyPrefix what every key starts with, or an empty string
	 * @param bufferSize how many messages may wait for a listener that says nothing else
	 */
	public ChannelListenerReader(ListenerMethodFactory methods, ListenerDefaults defaults, String keyPrefix,
			int bufferSize) {
		super(ChannelListener.class, methods, defaults, keyPrefix);
		this.bufferSize = bufferSize;
	}

	@Override
	String id(ChannelListener annotation) {
		return annotation.id();
	}

	@Override
	ChannelEndpoint read(ChannelListener annotation, String id, DeliveryHandler handler, AttributeResolver attributes) {
		return ChannelEndpoint.builder(id)
			.channels(keys(attributes.names(annotation.channels())))
			.patterns(patterns(attributes.names(annotation.patterns())))
			.sharded(annotation.sharded())
			.bufferSize(attributes.integer("bufferSize", annotation.bufferSize(), this.bufferSize))
			.overflow(annotation.overflow())
			.settings(settings(id,
					new Attributes(AckMode.NONE, annotation.concurrency(), annotation.batchSize(), "reclaimDelay", "",
							annotation.maxProcessingTime(), "", "", annotation.deadLetters(), annotation.autoStartup()),
					attributes))
			.handler(handler);
	}

	/** The prefix is meant as it stands. */
	private String[] patterns(List<String> names) {
		String prefix = key("").replaceAll("[*?\\[\\]\\\\]", "\\\\$0");
		return names.stream().map(prefix::concat).toArray(String[]::new);
	}

}
