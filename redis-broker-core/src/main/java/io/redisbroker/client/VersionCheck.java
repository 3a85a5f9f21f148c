package io.redisbroker.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.lettuce.core.api.StatefulConnection;
import io.redisbroker.failure.UnsupportedRedisException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a server for its version right after connecting, before any other command.
 */
final class VersionCheck {

	private static final Logger logger = LoggerFactory.getLogger(VersionCheck.class);

	private VersionCheck() {
	}

	/**
	 * Refuses a server that is known to be too old. A server that does not tell its
	 * version is accepted.
	 * @param connection a new connection; closed if the server is refused
	 * @param timeout how long to wait for a reply
	 * @return the connection
	 * @throws UnsupportedRedisException if the server is too old
	 */
	static StatefulConnection<byte[], byte[]> check(StatefulConnection<byte[], byte[]> connection, Duration timeout) {
		try {
			version(connection).get(timeout.toMillis(), TimeUnit.MILLISECONDS)
				.filter((version) -> !version.isSupported())
				.ifPresent((version) -> {
					connection.closeAsync();
					throw new UnsupportedRedisException(version.toString());
				});
		}
		catch (ExecutionException | TimeoutException ex) {
			// a broken connection makes the next command fail as well
			logger.debug("The server's version can't be checked", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return connection;
	}

	/** {@code HELLO} takes no right. A provider may have renamed it, as {@code INFO}. */
	private static CompletableFuture<Optional<RedisVersion>> version(StatefulConnection<byte[], byte[]> connection) {
		return LettuceConnection.send(connection, Command.of("HELLO", Reply.ARRAY))
			.thenApply(VersionCheck::fromHello)
			.exceptionallyCompose(
					(failure) -> LettuceConnection.send(connection, Command.of("INFO", Reply.STRING).arg("server"))
						.thenApply(RedisVersion::fromInfo));
	}

	/** Names and values in turn. Valkey tells its own version, which began at 7.2. */
	private static Optional<RedisVersion> fromHello(List<Object> reply) {
		for (int i = 0; i + 1 < reply.size(); i += 2) {
			if ("version".equals(text(reply.get(i)))) {
				return RedisVersion.parse(text(reply.get(i + 1)));
			}
		}
		return Optional.empty();
	}

	private static String text(Object value) {
		return (value instanceof byte[] bytes) ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(value);
	}

}
