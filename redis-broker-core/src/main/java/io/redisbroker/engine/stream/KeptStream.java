package io.redisbroker.engine.stream;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.redisbroker.client.directory.ConnectedRedis;
import io.redisbroker.client.directory.RedisDirectory;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.stream.StreamRetention;

/**
 * A stream with a retention, in each Redis that it counts for: the one that the retention
 * names, or those in which listeners read the stream, or the broker's own.
 */
final class KeptStream {

	private final StreamRetention retention;

	private final RedisDirectory directory;

	private final Supplier<List<StreamEndpoint>> readers;

	private final BrokerEvents events;

	private final Map<ConnectedRedis, StreamKeeper> keepers = new ConcurrentHashMap<>();

	/**
	 * Creates the stream.
	 * @param retention the rules
	 * @param directory every Redis
	 * @param readers the listeners of the application that read the stream
	 * @param events is told of entries that a group did not get
	 * @throws BrokerConfigurationException when the retention names a connection factory
	 * that can't be used
	 */
	KeptStream(StreamRetention retention, RedisDirectory directory, Supplier<List<StreamEndpoint>> readers,
			BrokerEvents events) {
		this.retention = retention;
		this.directory = directory;
		this.readers = readers;
		this.events = events;
		try {
			directory.get(retention.connectionFactory());
		}
		catch (BrokerConfigurationException ex) {
			throw ex.in("The retention of stream '" + retention.stream() + "'");
		}
	}

	StreamRetention retention() {
		return this.retention;
	}

	/** Returns the idle groups that the last round found. */
	List<IdleGroup> idleGroups() {
		return this.keepers.values().stream().flatMap((keeper) -> keeper.idleGroups().stream()).toList();
	}

	/**
	 * Removes entries in every Redis of the stream.
	 * @param active whether to go on
	 * @return the number of removed entries; never exceptionally, since failures are
	 * logged
	 */
	CompletableFuture<Long> round(BooleanSupplier active) {
		Set<ConnectedRedis> redises = redises();
		this.keepers.keySet().retainAll(redises);
		return redises.stream()
			.map((redis) -> this.keepers.computeIfAbsent(redis, this::keeper).round(active))
			.reduce(CompletableFuture.completedFuture(0L), (one, other) -> one.thenCombine(other, Long::sum));
	}

	private Set<ConnectedRedis> redises() {
		String named = this.retention.connectionFactory();
		List<StreamEndpoint> reading = this.readers.get();
		return (named != null || reading.isEmpty()) ? Set.of(this.directory.get(named))
				: reading.stream().map(this::redisOf).collect(Collectors.toSet());
	}

	private StreamKeeper keeper(ConnectedRedis redis) {
		return new StreamKeeper(redis, this.retention,
				() -> this.readers.get()
					.stream()
					.filter((reader) -> reader.group() != null && Objects.equals(redisOf(reader), redis))
					.toList(),
				this.events);
	}

	private ConnectedRedis redisOf(StreamEndpoint reader) {
		return this.directory.get(reader.settings().connectionFactory());
	}

}
