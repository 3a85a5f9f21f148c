package io.redisbroker.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

import io.redisbroker.engine.annotation.ListenerAnnotationBeanPostProcessor;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.ListenerConfiguration;
import io.redisbroker.listener.ListenerCustomizer;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.message.TransportType;

/**
 * The properties that count for listeners, annotated or registered in code.
 */
class PropertiesListenerConfiguration implements ListenerConfiguration {

	/** The properties of a listener that is registered in code. */
	private static final Set<String> SETTINGS = Set.of("ackMode", "concurrency", "batchSize", "reclaimDelay", "lease",
			"maxProcessingTime", "maxAttempts", "maxDeliveries", "deadLetters", "autoStartup", "connectionFactory");

	private final RedisBrokerProperties properties;

	private final String keyPrefix;

	private final Map<TransportType, ListenerSettings> defaults;

	private final WrittenListenerProperties written;

	private final List<ListenerCustomizer> customizers;

	PropertiesListenerConfiguration(RedisBrokerProperties properties, WrittenListenerProperties written,
			List<ListenerCustomizer> customizers) {
		this.properties = properties;
		this.customizers = customizers;
		this.written = written;
		this.keyPrefix = properties.requiredKeyPrefix();
		this.defaults = Map.of(TransportType.STREAM,
				defaults(TransportType.STREAM, properties.getStream().getListener()), TransportType.QUEUE,
				defaults(TransportType.QUEUE, properties.getQueue().getListener()), TransportType.CHANNEL,
				defaults(TransportType.CHANNEL, properties.getChannel().getListener()));
	}

	private ListenerSettings defaults(TransportType transport, CommonListenerProperties transportProperties) {
		ListenerSettings all = RedisBrokerProperties.apply("redis-broker.listener", this.properties.getListener(),
				ListenerSettings.DEFAULTS);
		return RedisBrokerProperties.apply("redis-broker." + transport + ".listener", transportProperties, all);
	}

	@Override
	public String keyPrefix() {
		return this.keyPrefix;
	}

	@Override
	public int channelBufferSize(int standard) {
		return this.properties.getChannel().getBufferSize();
	}

	@Override
	public ListenerSettings settings(ListenerEndpoint endpoint) {
		ListenerSettings settings = endpoint.settings()
			.over(Objects.requireNonNullElse(this.defaults.get(endpoint.transport()), ListenerSettings.DEFAULTS));
		boolean annotated = ListenerAnnotationBeanPostProcessor.isAnnotated(endpoint);
		if (!annotated) {
			this.written.refuseUnknown(endpoint.id(), (name) -> WrittenListenerProperties.isOneOf(SETTINGS, name));
		}
		NamedListenerProperties named = this.properties.getListeners().get(endpoint.id());
		if (named == null) {
			return customize(endpoint, settings, UnaryOperator.identity());
		}
		String origin = RedisBrokerProperties.origin(endpoint.id());
		if (endpoint.transport() == TransportType.CHANNEL) {
			named.refuseRetries(origin);
		}
		if (!annotated) {
			refuseWhatIsInCode(named, origin);
		}
		return customize(endpoint, settings, (each) -> RedisBrokerProperties.apply(origin, named, each));
	}

	/**
	 * The properties of the listener count also in the settings that a customizer gets.
	 */
	private ListenerSettings customize(ListenerEndpoint endpoint, ListenerSettings settings,
			UnaryOperator<ListenerSettings> properties) {
		ListenerSettings result = properties.apply(settings);
		for (ListenerCustomizer customizer : this.customizers) {
			String where = "Listener '" + endpoint.id() + "', changed by " + customizer.getClass().getName();
			try {
				result = customizer.customize(endpoint, result);
			}
			catch (BrokerConfigurationException ex) {
				throw ex.in(where);
			}
			catch (RuntimeException ex) {
				BrokerConfigurationException refusal = new BrokerConfigurationException(
						where + ": It failed with " + ex,
						"Have it return the settings that it gets where it changes nothing.");
				refusal.initCause(ex);
				throw refusal;
			}
			if (result == null) {
				throw new BrokerConfigurationException(where + ": It returned null",
						"Return the settings that it gets where it changes nothing.");
			}
			result = properties.apply(result);
		}
		return result;
	}

	private static void refuseWhatIsInCode(NamedListenerProperties named, String origin) {
		named.attributes()
			.keySet()
			.stream()
			.filter((name) -> !SETTINGS.contains(name))
			.findFirst()
			.ifPresent((name) -> {
				throw new BrokerConfigurationException(
						origin + " sets '" + name + "' of a listener that is registered in code",
						"Set it in the code: only settings that all kinds of listeners have can be configured for it.");
			});
	}

}
