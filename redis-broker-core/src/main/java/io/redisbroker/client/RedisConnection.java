package io.redisbroker.client;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.failure.RedisErrorException;

/**
 * Sends commands to Redis. Thread-safe. No command that may have been executed is sent
 * twice: a command whose reply did not arrive fails with
 * {@link org.springframework.data.redis.RedisConnectionFailureException} and the caller
 * decides. Other failures: {@link RedisErrorException} for an error reply of Redis,
 * {@link org.springframework.dao.QueryTimeoutException} when no reply came in time.
 */
public interface RedisConnection {

	/**
	 * Sends a command.
	 * @param <T> the reply
	 * @param command the command
	 * @return the reply, or the failure as described above
	 */
	<T> CompletableFuture<T> send(Command<T> command);

	/**
	 * Sends commands together, in one write where they go to the same node.
	 * @param <T> the reply
	 * @param commands the commands
	 * @return a future per command, in order
	 */
	<T> List<CompletableFuture<T>> sendAll(List<Command<T>> commands);

	/**
	 * Runs a script by its digest, and sends its source when Redis does not know it.
	 * @param script the script
	 * @param keys all keys it touches; in a cluster they share a slot
	 * @param args its arguments: {@code String}, {@code byte[]} or numbers
	 * @return the script's array
	 */
	default CompletableFuture<List<Object>> run(Script script, List<String> keys, List<?> args) {
		ScriptCall call = new ScriptCall(script, keys, args);
		return call.orBySource(send(call.byDigest()), this::send);
	}

	/**
	 * Waits in Redis and then runs a script, in one round trip: Redis already has the
	 * script when the waiting ends, so no reply of this process is needed in between.
	 * @param wait a command that waits, on a connection of its own
	 * @param script the script, which also runs after a wait without a result
	 * @param keys all keys it touches
	 * @param args its arguments
	 * @return the script's array; exceptionally with the script's failure, or with the
	 * refusal of the wait if the script then failed or found nothing
	 */
	default CompletableFuture<List<Object>> runAfter(Command<List<Object>> wait, Script script, List<String> keys,
			List<?> args) {
		ScriptCall call = new ScriptCall(script, keys, args);
		List<CompletableFuture<List<Object>>> replies = sendAll(List.of(wait, call.byDigest().waiting(wait.waiting())));
		return call.orBySource(ScriptCall.outcome(replies.get(0), replies.get(1)), this::send);
	}

	/**
	 * Closes the connection; commands in flight fail.
	 * @return completes when it is closed
	 */
	CompletableFuture<Void> close();

}
