package io.redisbroker.listener;

/**
 * Makes containers for one kind of endpoint.
 *
 * @since 0.1.0
 */
public interface Transport {

	/**
	 * Tells whether this transport knows the kind of endpoint.
	 * @param endpoint the endpoint
	 * @return whether it does
	 */
	boolean supports(ListenerEndpoint endpoint);

	/**
	 * Creates a container, not started.
	 * @param endpoint the endpoint
	 * @return the container
	 * @throws BrokerConfigurationException when the endpoint can't work on this Redis
	 */
	ListenerContainer createContainer(ListenerEndpoint endpoint);

}
