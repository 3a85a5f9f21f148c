package io.redisbroker.engine.registry;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.redisbroker.client.directory.ConnectedRedis;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.ListenerEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * The transports of every Redis: one of each kind per Redis, so that a transport can only
 * reach the Redis of its listeners. Thread-safe.
 */
final class Transports {

	private final List<Transport> own;

	private final Function<String, ConnectedRedis> redises;

	/** By Redis and the transport of the broker's own Redis. */
	private final Map<Place, Transport> others = new ConcurrentHashMap<>();

	/**
	 * Creates the transports.
	 * @param own those of the broker's own Redis
	 * @param redises finds another Redis by the name of its connection factory
	 */
	Transports(List<Transport> own, Function<String, ConnectedRedis> redises) {
		this.own = List.copyOf(own);
		this.redises = redises;
	}

	/** Finds the transport that configures a kind of endpoint, on any Redis. */
	Optional<Transport> ofKind(ListenerEndpoint endpoint) {
		return this.own.stream().filter((transport) -> transport.supports(endpoint)).findFirst();
	}

	/** Finds the transport of a listener, on the Redis that its settings name. */
	Optional<Transport> of(ListenerEndpoint endpoint) {
		ConnectedRedis redis = redisOf(endpoint);
		return ofKind(endpoint).map((transport) -> (redis == null || redis.name() == null) ? transport
				: this.others.computeIfAbsent(new Place(redis, transport), (place) -> transport.on(redis)));
	}

	/**
	 * Names the Redis of a listener, the same for all names of one connection factory.
	 */
	@Nullable String nameOf(ListenerEndpoint endpoint) {
		ConnectedRedis redis = redisOf(endpoint);
		return (redis != null) ? redis.name() : null;
	}

	private @Nullable ConnectedRedis redisOf(ListenerEndpoint endpoint) {
		String name = endpoint.settings().connectionFactory();
		if (name == null) {
			return null;
		}
		try {
			return this.redises.apply(name);
		}
		catch (BrokerConfigurationException ex) {
			throw ex.in("Listener '" + endpoint.id() + "'");
		}
	}

	private record Place(ConnectedRedis redis, Transport transport) {
	}

}
