package io.redisbroker.listener;

import java.util.List;

import io.redisbroker.message.TransportType;
import org.jspecify.annotations.Nullable;

/**
 * The complete description of a listener: its sources, its settings and its handler. Each
 * transport has its own kind. Immutable.
 *
 * @since 0.1.0
 */
public interface ListenerEndpoint {

	/**
	 * Returns the listener's id, unique in the application.
	 * @return the id
	 */
	String id();

	/**
	 * Returns the way on which messages travel.
	 * @return the transport
	 */
	TransportType transport();

	/**
	 * Returns the keys that are read.
	 * @return the keys, with the prefix
	 */
	List<String> sources();

	/**
	 * Returns the consumer group that the listener is a member of.
	 * @return the group, or {@code null} where there is none
	 */
	default @Nullable String group() {
		return null;
	}

	/**
	 * Returns the settings that all transports share.
	 * @return the settings
	 */
	ListenerSettings settings();

	/**
	 * Returns the handler that is called with deliveries.
	 * @return the handler
	 */
	DeliveryHandler handler();

}
