package io.redisbroker.client;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * One call of a script: by digest first, by source when the server has forgotten the
 * script. Immutable.
 *
 * @param script the script
 * @param keys the keys
 * @param args the arguments
 */
record ScriptCall(Script script, List<String> keys, List<?> args) {

	Command<List<Object>> byDigest() {
		return command("EVALSHA", this.script.sha());
	}

	/**
	 * Returns the reply to the call by digest, or calls by source.
	 * @param byDigest the reply to the call by digest
	 * @param send sends the call by source
	 * @return the script's array; exceptionally with an error that names the command if
	 * the user lacks a right
	 */
	CompletableFuture<List<Object>> orBySource(CompletableFuture<List<Object>> byDigest,
			Function<Command<List<Object>>, CompletableFuture<List<Object>>> send) {
		return byDigest.exceptionallyCompose((failure) -> Failures.hasCode(failure, "NOSCRIPT")
				? send.apply(command("EVAL", this.script.source())).exceptionallyCompose(this::explained)
				: explained(failure));
	}

	private CompletableFuture<List<Object>> explained(Throwable failure) {
		return CompletableFuture.failedFuture(ScriptDenial.explain(failure, this.script, this.args));
	}

	/**
	 * Combines the replies to a command that waits and to the call that follows it.
	 * @param waited the reply to the command
	 * @param byDigest the reply to the call, which arrives later
	 * @return the outcome of both
	 */
	static CompletableFuture<List<Object>> outcome(CompletableFuture<?> waited,
			CompletableFuture<List<Object>> byDigest) {
		return byDigest.handle((values, failure) -> outcome(waited, values, failure));
	}

	/** A result of the script counts, even if the command before it was refused. */
	private static List<Object> outcome(CompletableFuture<?> waited, List<Object> values, @Nullable Throwable failure) {
		boolean refused = waited.isCompletedExceptionally();
		if (failure == null && !(refused && values.isEmpty())) {
			return values;
		}
		if (refused && !Failures.hasCode(failure, "NOSCRIPT")) {
			waited.join();
		}
		throw new CompletionException(Failures.unwrap(failure));
	}

	private Command<List<Object>> command(String name, String digestOrSource) {
		Command<List<Object>> command = Command.of(name, Reply.ARRAY).arg(digestOrSource).arg(this.keys.size());
		this.keys.forEach(command::key);
		for (Object arg : this.args) {
			if (arg instanceof byte[] bytes) {
				command.arg(bytes);
			}
			else {
				command.arg(arg.toString());
			}
		}
		return command;
	}

}
