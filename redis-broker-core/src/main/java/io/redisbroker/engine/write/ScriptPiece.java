package io.redisbroker.engine.write;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.Script;

/**
 * The part of a script that writes one message. A script that is loaded behind
 * {@link #SCRIPT} calls {@code write} with the positions of these keys and arguments
 * among its own. Its other keys must share their slot. Immutable.
 *
 * @param keys the keys
 * @param args the arguments, each {@code String}, {@code byte[]} or a number; the first
 * names the way of writing
 */
public record ScriptPiece(List<String> keys, List<Object> args) {

	/** The file with the Lua function {@code write}, for {@link Script#load}. */
	public static final String SCRIPT = "/io/redisbroker/engine/write/write.lua";

	/**
	 * The most names and values of an entry that a script can add: Redis' Lua takes about
	 * 8,000 values on its stack.
	 */
	public static final int MOST_VALUES = 7500;

	private static final Script ALONE = Script.load(ScriptPiece.class, SCRIPT, "write-one.lua");

	/**
	 * Writes the message with a script that does nothing else.
	 * @param connection the connection to Redis
	 * @return the value that {@code write} returns
	 */
	CompletableFuture<Object> run(RedisConnection connection) {
		return connection.run(ALONE, this.keys, this.args).thenApply((reply) -> reply.get(0));
	}

	/**
	 * Returns the keys of a script whose last keys are these.
	 * @param before the other keys
	 * @return all keys
	 */
	public List<String> keysAfter(String... before) {
		List<String> all = new ArrayList<>(List.of(before));
		all.addAll(this.keys);
		return all;
	}

	/**
	 * Returns the arguments of a script whose last arguments are these.
	 * @param before the other arguments
	 * @return all arguments
	 */
	public List<Object> argsAfter(Object... before) {
		List<Object> all = new ArrayList<>(List.of(before));
		all.addAll(this.args);
		return all;
	}

}
