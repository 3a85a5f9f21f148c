package io.redisbroker.engine.stream;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.stream.StreamRetention;
import org.jspecify.annotations.Nullable;

/**
 * The streams from which the application removes entries. Immutable.
 */
public final class StreamRetentions {

	/** Nothing is removed from any stream. */
	public static final StreamRetentions NONE = new StreamRetentions("", List.of());

	private final Map<String, StreamRetention> byKey = new LinkedHashMap<>();

	/**
	 * Collects retentions.
	 * @param keyPrefix the prefix of every key, or an empty string
	 * @param retentions the entries that are removed, once per stream
	 * @throws BrokerConfigurationException when a stream has two retentions
	 */
	public StreamRetentions(String keyPrefix, Collection<StreamRetention> retentions) {
		for (StreamRetention retention : retentions) {
			StreamRetention full = retention.withPrefix(keyPrefix);
			if (this.byKey.putIfAbsent(full.stream(), full) != null) {
				throw new BrokerConfigurationException("Two retentions name the stream '" + retention.stream() + "'",
						"Define one StreamRetention per stream.");
			}
		}
	}

	/**
	 * Returns all retentions, whose streams are complete keys.
	 * @return the retentions, in the order in which they were given
	 */
	public List<StreamRetention> all() {
		return List.copyOf(this.byKey.values());
	}

	/**
	 * Finds the retention of a stream.
	 * @param key the stream's key, with the prefix of all keys
	 * @return the retention, or {@code null} when there is none
	 */
	public @Nullable StreamRetention of(String key) {
		return this.byKey.get(key);
	}

	/** A retention that names no Redis counts in each that listeners read. */
	private static boolean countsFor(StreamRetention retention, StreamEndpoint endpoint) {
		return retention.connectionFactory() == null
				|| retention.connectionFactory().equals(endpoint.settings().connectionFactory());
	}

	/** A reader without a group acknowledges nothing, so that nothing waits for it. */
	void check(StreamEndpoint endpoint) {
		for (String stream : endpoint.sources()) {
			StreamRetention retention = of(stream);
			if (endpoint.group() == null && retention != null && retention.acknowledged()
					&& countsFor(retention, endpoint)) {
				throw new BrokerConfigurationException("Listener '" + endpoint.id() + "' reads stream '" + stream
						+ "' without a group, and the stream's retention removes entries as soon as all groups have "
						+ "acknowledged them: the listener would miss some",
						"Give the listener a group, or keep the entries of the stream by max-length or max-age in place "
								+ "of 'acknowledged'.");
			}
		}
	}

}
