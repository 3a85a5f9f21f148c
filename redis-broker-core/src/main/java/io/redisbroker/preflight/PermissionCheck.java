package io.redisbroker.preflight;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.redisbroker.client.Command;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.RedisErrorException;
import io.redisbroker.client.Reply;
import io.redisbroker.client.Script;
import io.redisbroker.listener.RequiredCommand;
import io.redisbroker.preflight.Finding.Subject;

/**
 * Whether the user may send what listeners need. Redis itself is asked, in a script,
 * which takes no rights but those that listeners need anyway.
 */
final class PermissionCheck {

	private static final Script DENIED = Script.load(PermissionCheck.class, "denied.lua");

	private static final Long UNKNOWN = -1L;

	private final RedisConnection connection;

	PermissionCheck(RedisConnection connection) {
		this.connection = connection;
	}

	/** Finds what is denied: one finding at most, with all that has to be granted. */
	CompletableFuture<List<Finding>> check(List<RequiredCommand> commands) {
		if (commands.isEmpty()) {
			return CompletableFuture.completedFuture(List.of());
		}
		List<Object> args = new ArrayList<>();
		commands.forEach((command) -> {
			args.add(command.words().size());
			args.addAll(command.words());
		});
		return this.connection.run(DENIED, List.of(), args).handle((denied, failure) -> {
			if (failure == null) {
				return explain(commands, denied);
			}
			return RedisErrorException.hasCode(failure, "NOPERM") ? lacking(List.of("+@scripting"))
					: CompletableFuture.<List<Finding>>failedFuture(failure);
		}).thenCompose((findings) -> findings);
	}

	private CompletableFuture<List<Finding>> explain(List<RequiredCommand> commands, List<Object> denied) {
		if (denied.contains(UNKNOWN)) {
			return CompletableFuture.completedFuture(List.of(Finding.note(Subject.PERMISSIONS,
					"Whether the Redis user has all rights can't be told before Redis 7.0",
					"Nothing, as long as listeners work, also when they fail.")));
		}
		if (denied.isEmpty()) {
			return CompletableFuture.completedFuture(List.of());
		}
		// a command is denied for its name, its key or its channel: all of them are
		// enough
		Set<String> rights = new LinkedHashSet<>();
		List<RequiredCommand> lacking = denied.stream().map((each) -> commands.get(((Long) each).intValue())).toList();
		lacking.forEach((each) -> rights.addAll(each.names()));
		lacking.forEach((each) -> rights.add(each.permission()));
		return lacking(List.copyOf(rights));
	}

	private CompletableFuture<List<Finding>> lacking(List<String> rights) {
		return this.connection.send(Command.of("ACL", Reply.STRING).arg("WHOAMI"))
			.exceptionally((mayNotAsk) -> "<user>")
			.thenApply((user) -> List
				.of(Finding.warning(Subject.PERMISSIONS, "The Redis user lacks rights that listeners need",
						"Grant them: ACL SETUSER " + user + " " + String.join(" ", rights))));
	}

}
