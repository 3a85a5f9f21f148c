package io.redisbroker.engine.preflight;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.client.Command;
import io.redisbroker.client.Failures;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.Reply;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.failure.RedisErrorException;
import io.redisbroker.listener.ListenerEndpoint;

/**
 * Refuses a listener that a node of a cluster can't serve, where the application connects
 * to it as to a single server. A node that has all that the listener needs will do.
 */
public final class SlotRequirements {

	private static final Set<String> IN_OTHER_SLOTS = Set.of("CROSSSLOT", "MOVED");

	private SlotRequirements() {
	}

	/**
	 * Asks the server for all keys of a listener together, as the listener will.
	 * @param connections where to ask
	 * @param endpoint the listener
	 * @param sources those of its sources that are read by one command
	 * @return completes when the server will do; exceptionally with
	 * {@link BrokerConfigurationException} when it is a node of a cluster that won't
	 */
	public static CompletableFuture<Void> check(RedisConnections connections, ListenerEndpoint endpoint,
			List<String> sources) {
		if (connections.isCluster()) {
			return CompletableFuture.completedFuture(null);
		}
		Set<String> keys = new LinkedHashSet<>(sources);
		sources.forEach((source) -> keys.add(endpoint.settings().deadLettersOf(source)));
		Command<Long> exist = Command.of("EXISTS", Reply.INTEGER);
		keys.forEach(exist::key);
		return connections.shared().send(exist).handle((count, failure) -> {
			if (Failures.unwrap(failure) instanceof RedisErrorException refusal
					&& IN_OTHER_SLOTS.contains(refusal.code())) {
				throw new BrokerConfigurationException("Listener '" + endpoint.id()
						+ "': Redis runs in cluster mode, but the application connects to it as to a single server, and "
						+ String.join(", ", keys) + " are not in one slot of it (" + refusal.getMessage() + ")",
						(endpoint.settings().connectionFactory() == null)
								? "Set spring.data.redis.cluster.nodes instead of spring.data.redis.host or url."
								: "Give the connection factory '" + endpoint.settings().connectionFactory()
										+ "' a RedisClusterConfiguration.");
			}
			// the next command of the listener reports any other failure
			return null;
		});
	}

}
