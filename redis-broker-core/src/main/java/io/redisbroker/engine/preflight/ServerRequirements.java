package io.redisbroker.engine.preflight;

import java.util.concurrent.CompletableFuture;

import io.redisbroker.client.Command;
import io.redisbroker.client.Failures;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.Reply;
import io.redisbroker.failure.BrokerConfigurationException;
import io.redisbroker.failure.RedisErrorException;
import io.redisbroker.failure.UnsupportedRedisException;

/**
 * Checks the version of the server.
 */
public final class ServerRequirements {

	private ServerRequirements() {
	}

	private static CompletableFuture<String> ping(RedisConnections connections) {
		return connections.shared().send(Command.of("PING", Reply.STRING));
	}

	/**
	 * Checks the server's version. It is asked for whenever the shared connection is
	 * made, so a command on it fails where the server is too old.
	 * @param connections where to ask
	 * @return completes if Redis is 7.0 or later, or does not tell its version;
	 * exceptionally with {@link BrokerConfigurationException} if it is too old
	 */
	public static CompletableFuture<Void> check(RedisConnections connections) {
		// a command would wait for a server that is not there
		return connections.reach().thenCompose((reached) -> ping(connections)).handle((pong, failure) -> {
			Throwable cause = Failures.unwrap(failure);
			if (cause instanceof UnsupportedRedisException unsupported) {
				throw new BrokerConfigurationException(unsupported.problem(), UnsupportedRedisException.ACTION);
			}
			// the user may lack the right to send PING, which nothing depends on
			return (cause == null || (cause instanceof RedisErrorException && !Failures.isTransient(cause)))
					? CompletableFuture.<Void>completedFuture(null) : CompletableFuture.<Void>failedFuture(cause);
		}).thenCompose((checked) -> checked);
	}

}
