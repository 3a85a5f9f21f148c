package io.redisbroker.listener;

import io.redisbroker.failure.BrokerConfigurationException;

/**
 * Changes settings of listeners before their containers are created, of annotated
 * listeners and of those that are registered in code. Beans of this type are called in
 * their order, each once per listener; each gets the settings that the one before
 * returned. Thread-safe.
 *
 * <p>
 * A customizer is stronger than the annotation or the code, and than
 * {@code redis-broker.listener.*} and {@code redis-broker.<transport>.listener.*}.
 * {@code redis-broker.listeners.<id>.*} is stronger than a customizer.
 *
 * @since 0.1.0
 * @see WorkerExecutors the threads of a listener
 * @see ListenerInterceptor code around each call
 * @see ListenerErrorHandler decisions about failures
 */
@FunctionalInterface
public interface ListenerCustomizer {

	/**
	 * Returns the settings for a listener.
	 * @param endpoint the listener: its id, transport, group and sources, which have no
	 * {@code redis-broker.key-prefix} yet
	 * @param settings the settings that count without this customizer, complete
	 * @return these settings, or others, made with {@link ListenerSettings#toBuilder()}
	 * @throws BrokerConfigurationException when the listener must not be registered; the
	 * application then fails to start
	 */
	ListenerSettings customize(ListenerEndpoint endpoint, ListenerSettings settings);

}
