package io.redisbroker.listener;

import java.util.function.Consumer;

import io.redisbroker.failure.BrokerConfigurationException;

/**
 * Describes a listener in code: the part that all transports share. Not thread-safe.
 *
 * @param <B> the transport's builder
 * @param <E> the transport's endpoint
 * @since 0.1.0
 */
public abstract class EndpointBuilder<B extends EndpointBuilder<B, E>, E extends ListenerEndpoint> {

	private final String id;

	private ListenerSettings settings = ListenerSettings.DEFAULTS;

	/**
	 * Creates a builder.
	 * @param id the listener's id, unique in the application
	 */
	protected EndpointBuilder(String id) {
		this.id = id;
	}

	/**
	 * Sets the settings that all transports share. Settings that are left open come from
	 * the application's configuration, for example {@code redis-broker.listener.*}.
	 * @param settings the settings
	 * @return this builder
	 */
	public B settings(ListenerSettings settings) {
		this.settings = settings;
		return self();
	}

	/**
	 * Sets some of the settings that all transports share; the others come from the
	 * application's configuration.
	 * @param settings changes the settings
	 * @return this builder
	 */
	public B settings(Consumer<ListenerSettingsBuilder> settings) {
		ListenerSettingsBuilder builder = this.settings.toBuilder();
		settings.accept(builder);
		return settings(builder.build());
	}

	/**
	 * Names the handler, and builds the endpoint.
	 * @param handler handles the messages
	 * @return the endpoint
	 * @throws BrokerConfigurationException when the values don't fit together
	 */
	public E handler(DeliveryHandler handler) {
		try {
			return build(this.id, this.settings, handler);
		}
		catch (BrokerConfigurationException ex) {
			throw ex.in("Listener '" + this.id + "'");
		}
	}

	/**
	 * Builds the endpoint.
	 * @param id the listener's id
	 * @param settings the settings that all transports share
	 * @param handler handles the messages
	 * @return the endpoint
	 * @throws BrokerConfigurationException when the values don't fit together
	 */
	protected abstract E build(String id, ListenerSettings settings, DeliveryHandler handler);

	@SuppressWarnings("unchecked")
	private B self() {
		return (B) this;
	}

}
