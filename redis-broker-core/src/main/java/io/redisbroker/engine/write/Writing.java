package io.redisbroker.engine.write;

import java.util.concurrent.CompletableFuture;

import io.redisbroker.client.RedisConnection;

/**
 * A message on its way: content, destination and options in one value. It can be sent
 * now, be kept and sent later, or be a part of a script that does more. Immutable plain
 * data, without a connection.
 *
 * @param <R> the result: {@code Boolean} for a queue, the entry's id for a stream, the
 * number of receivers for a channel
 * @param destination the destination
 * @param message payload and headers
 */
public record Writing<R>(Destination<R> destination, Outgoing message) {

	/**
	 * Sends it, every time it is called.
	 * @param connection the connection to Redis
	 * @return the result, or the failure of the connection or of Redis
	 */
	public CompletableFuture<R> send(RedisConnection connection) {
		return this.destination.write(connection, this.message);
	}

	/**
	 * Returns the part of a script that writes it.
	 * @return keys and arguments for {@link ScriptPiece#SCRIPT}
	 * @throws IllegalArgumentException when the message has too many headers for a script
	 */
	public ScriptPiece piece() {
		return this.destination.piece(this.message);
	}

}
