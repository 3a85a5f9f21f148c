package io.redisbroker.engine.write;

import java.util.concurrent.CompletableFuture;

import io.redisbroker.client.RedisConnection;
import io.redisbroker.message.TransportType;

/**
 * The place of a message and the options of writing it there. Implementations are the
 * only ones that know the commands. Immutable plain data: texts, numbers, durations and
 * times, so that a destination can be stored.
 *
 * @param <R> the result of writing one message
 */
public sealed interface Destination<R> permits QueueDestination, StreamDestination, ChannelDestination {

	/** The transport of the messages. */
	TransportType transport();

	/** The complete key of the queue or stream, or the complete name of the channel. */
	String name();

	/**
	 * Writes a message in one round trip.
	 * @param connection the connection to Redis
	 * @param message the message
	 * @return the result, or the failure of the connection or of Redis
	 */
	CompletableFuture<R> write(RedisConnection connection, Outgoing message);

	/**
	 * Returns the part of a script that writes a message.
	 * @param message the message
	 * @return keys and arguments for {@link ScriptPiece#SCRIPT}
	 * @throws IllegalArgumentException when the message has too many headers for a script
	 */
	ScriptPiece piece(Outgoing message);

	/**
	 * Reads the value that {@code write} returns in a script.
	 * @param reply the value: {@code Long} or {@code byte[]}
	 * @return the result, as {@link #write} has it
	 */
	R result(Object reply);

}
