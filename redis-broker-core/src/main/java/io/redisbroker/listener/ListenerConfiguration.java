package io.redisbroker.listener;

import java.util.Collection;
import java.util.List;

import io.redisbroker.failure.BrokerConfigurationException;

/**
 * The configuration of an application for its listeners, annotated or registered in code.
 * Immutable.
 *
 * @since 0.1.0
 */
public interface ListenerConfiguration {

	/** No prefix, and {@link ListenerSettings#DEFAULTS}. */
	ListenerConfiguration NONE = new ListenerConfiguration() {
	};

	/**
	 * Returns the text that every key starts with.
	 * @return the prefix, or an empty string
	 */
	default String keyPrefix() {
		return "";
	}

	/**
	 * Returns the complete keys for names.
	 * @param names names without the prefix
	 * @return the keys
	 */
	default List<String> keys(Collection<String> names) {
		String prefix = keyPrefix();
		return names.stream().map(prefix::concat).toList();
	}

	/**
	 * Returns the settings that count for a listener: its own, over the defaults of its
	 * transport and of all listeners. Configuration of this one listener is stronger than
	 * its own settings.
	 * @param endpoint the listener, whose settings may leave some open
	 * @return the settings, in which the stream of dead letters has no prefix
	 * @throws BrokerConfigurationException when the values make no sense
	 */
	default ListenerSettings settings(ListenerEndpoint endpoint) {
		return endpoint.settings();
	}

	/**
	 * Returns the settings that count for a listener, with complete keys.
	 * @param endpoint the listener
	 * @return the settings
	 * @throws BrokerConfigurationException when the values make no sense
	 */
	default ListenerSettings completeSettings(ListenerEndpoint endpoint) {
		ListenerSettings settings = settings(endpoint);
		String deadLetters = settings.deadLetters();
		return (deadLetters != null) ? settings.toBuilder().deadLetters(keyPrefix() + deadLetters).build() : settings;
	}

	/**
	 * Returns how many messages of channels may wait for a listener whose endpoint leaves
	 * it open.
	 * @param standard the number that holds where nothing is configured
	 * @return the number
	 */
	default int channelBufferSize(int standard) {
		return standard;
	}

}
