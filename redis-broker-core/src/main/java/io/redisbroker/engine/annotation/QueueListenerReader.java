package io.redisbroker.engine.annotation;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.redisbroker.annotation.QueueListener;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.queue.QueueEndpoint;

/**
 * Reads {@link QueueListener} annotations into endpoints. Thread-safe.
 */
public class QueueListenerReader extends ListenerAnnotationReader<QueueListener> {

	/**
	 * Creates a reader.
	 * @param methods makes handlers of methods
	 */
	public QueueListenerReader(ListenerMethodFactory methods) {
		super(QueueListener.class, methods);
	}

	@Override
	String id(QueueListener annotation) {
		return annotation.id();
	}

	@Override
	QueueEndpoint read(QueueListener annotation, String id, DeliveryHandler handler, AttributeResolver attributes) {
		List<String> queues = new ArrayList<>();
		List<Integer> weights = new ArrayList<>();
		attributes.names(annotation.queues()).forEach((name) -> add(name, queues, weights));
		return QueueEndpoint.builder(id)
			.queues(queues.toArray(String[]::new))
			.weights(weights.toArray(Integer[]::new))
			.order(annotation.order())
			.pause(Objects.requireNonNullElse(attributes.duration("pause", annotation.pause()),
					QueueEndpoint.DEFAULT_PAUSE))
			.settings(settings(new Attributes(annotation.ackMode(), annotation.concurrency(), annotation.batchSize(),
					"lease", annotation.lease(), annotation.maxProcessingTime(), annotation.maxAttempts(),
					annotation.maxDeliveries(), annotation.deadLetters(), annotation.autoStartup(),
					annotation.connectionFactory()), attributes))
			.handler(handler);
	}

	/** A name, or a name and its weight. */
	private static void add(String name, List<String> queues, List<Integer> weights) {
		int equals = name.lastIndexOf('=');
		queues.add((equals < 0) ? name : name.substring(0, equals).trim());
		if (equals >= 0) {
			try {
				weights.add(Integer.valueOf(name.substring(equals + 1).trim()));
			}
			catch (NumberFormatException ex) {
				throw new BrokerConfigurationException("The weight in '" + name + "' is not a number",
						"Write names and weights as in \"critical=6,default=3,low=1\".");
			}
		}
	}

}
