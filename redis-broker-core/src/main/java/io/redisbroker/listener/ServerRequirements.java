package io.redisbroker.listener;

import java.util.concurrent.CompletableFuture;

import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.RedisErrorException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What listeners need of the server.
 *
 * @since 0.1.0
 */
public final class ServerRequirements {

	private static final Logger logger = LoggerFactory.getLogger(ServerRequirements.class);

	private ServerRequirements() {
	}

	/**
	 * Checks the server's version.
	 * @param connections where to ask
	 * @return completes when the server will do, or does not let its version be known;
	 * exceptionally with {@link BrokerConfigurationException} when it is too old
	 */
	public static CompletableFuture<Void> check(RedisConnections connections) {
		return connections.version().handle((version, failure) -> {
			if (version != null && !version.isAtLeast(6, 2)) {
				throw new BrokerConfigurationException("Redis is " + version + ", but redis-broker needs 6.2",
						"Use Redis 6.2 or later, or Valkey.");
			}
			// the user may not ask, or the provider has renamed the command
			if (RedisErrorException.unwrap(failure) instanceof RedisErrorException
					&& !RedisErrorException.isTransient(failure)) {
				logger.debug("The server's version can't be checked: {}", failure.getMessage());
				return CompletableFuture.<Void>completedFuture(null);
			}
			return (failure != null) ? CompletableFuture.<Void>failedFuture(failure)
					: CompletableFuture.<Void>completedFuture(null);
		}).thenCompose((checked) -> checked);
	}

}
