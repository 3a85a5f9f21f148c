package io.redisbroker.listener;

/**
 * What holds for a listener where its annotation says nothing.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ListenerDefaults {

	/**
	 * Returns the defaults of one listener.
	 * @param listenerId the listener's id
	 * @return the settings
	 * @throws BrokerConfigurationException when the values make no sense
	 */
	ListenerSettings of(String listenerId);

}
