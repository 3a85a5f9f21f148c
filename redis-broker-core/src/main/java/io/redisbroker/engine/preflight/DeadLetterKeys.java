package io.redisbroker.engine.preflight;

import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.Slots;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.message.Keys;

/**
 * Checks where dead letters go: a message and its dead letter change places in one step,
 * which one slot of a cluster must allow.
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
			if (!Slots.sameSlot(source, letters)) {
				throw new BrokerConfigurationException(
						"Listener '" + endpoint.id() + "': '" + source + "' and its dead letters '" + letters
								+ "' are in different slots of the cluster",
						"Call the dead letters '" + Keys.companion(source, "…")
								+ "', or leave their name to redis-broker.");
			}
		}
	}

}
