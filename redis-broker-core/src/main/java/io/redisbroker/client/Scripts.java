package io.redisbroker.client;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import org.jspecify.annotations.Nullable;

/**
 * Runs scripts by digest first, by source when the server has forgotten them.
 */
final class Scripts {

	private Scripts() {
	}

	static CompletableFuture<List<Object>> run(RedisConnection connection, Script script, List<String> keys,
			List<?> args) {
		return bySourceWhereUnknown(connection.send(command("EVALSHA", script.sha(), keys, args)), connection, script,
				keys, args);
	}

	private static CompletableFuture<List<Object>> bySourceWhereUnknown(CompletableFuture<List<Object>> byDigest,
			RedisConnection connection, Script script, List<String> keys, List<?> args) {
		return byDigest.exceptionallyCompose((failure) -> Failures.hasCode(failure, "NOSCRIPT")
				? connection.send(command("EVAL", script.source(), keys, args))
					.exceptionallyCompose((refusal) -> explained(refusal, script, args))
				: explained(failure, script, args));
	}

	private static CompletableFuture<List<Object>> explained(Throwable failure, Script script, List<?> args) {
		return CompletableFuture.failedFuture(ScriptDenial.explain(failure, script, args));
	}

	static CompletableFuture<List<Object>> runAfter(RedisConnection connection, Command<List<Object>> wait,
			Script script, List<String> keys, List<?> args) {
		Command<List<Object>> run = command("EVALSHA", script.sha(), keys, args).waiting(wait.waiting());
		List<CompletableFuture<List<Object>>> replies = connection.sendAll(List.of(wait, run));
		// the later reply: by then the earlier one is here
		CompletableFuture<List<Object>> byDigest = replies.get(1)
			.handle((values, failure) -> outcome(replies.get(0), values, failure));
		return bySourceWhereUnknown(byDigest, connection, script, keys, args);
	}

	/** What the script has done counts, though the command before it was refused. */
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

	private static Command<List<Object>> command(String name, String script, List<String> keys, List<?> args) {
		Command<List<Object>> command = Command.of(name, Reply.ARRAY).arg(script).arg(keys.size());
		keys.forEach(command::key);
		for (Object arg : args) {
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
