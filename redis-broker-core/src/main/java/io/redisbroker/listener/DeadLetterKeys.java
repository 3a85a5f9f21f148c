package io.redisbroker.listener;

import io.redisbroker.client.Keys;
import io.redisbroker.client.RedisConnections;

/**
 * Checks where dead letters go: a message and its dead letter change places in one step,
 * which one slot of a cluster must allow.
 *
 * @since 0.1.0
 */
public final class DeadLetterKeys {

	private DeadLetterKeys() {
	}

	/**
	 * Checks the dead letters of a listener.
	 * @param connections tell whether Redis is a cluster
	 * @param endpoint the listener
	 * @throws BrokerConfigurationException when a source and its dead letters are in
	 * different slots of a cluster
	 */
	public static void check(RedisConnections connections, ListenerEndpoint endpoint) {
		if (!connections.isCluster()) {
			return;
		}
		for (String source : endpoint.sources()) {
			String letters = endpoint.settings().deadLettersOf(source);
			if (!Keys.sameSlot(source, letters)) {
				throw new BrokerConfigurationException(
						"Listener '" + endpoint.id() + "': '" + source + "' and its dead letters '" + letters
								+ "' are in different slots of the cluster",
						"Call the dead letters '" + Keys.companion(source, "…")
								+ "', or leave their name to redis-broker.");
			}
		}
	}

}
