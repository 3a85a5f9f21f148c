package io.redisbroker.engine.preflight;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.redisbroker.client.Command;
import io.redisbroker.client.RedisConnection;
import io.redisbroker.client.Reply;
import io.redisbroker.client.Script;
import io.redisbroker.engine.registry.RequiredCommand;

/**
 * Asks Redis which of some commands the user may not send. It is asked in a script, which
 * takes no rights but those that listeners need anyway, and executes none of the
 * commands.
 */
public final class MissingRights {

	private static final Script DENIED = Script.load(MissingRights.class, "denied.lua");

	private MissingRights() {
	}

	/**
	 * Finds the rights that the user lacks.
	 * @param connection where to ask
	 * @param commands the commands that are to be sent
	 * @return the rights as {@code ACL SETUSER} takes them, for example {@code ~orders}
	 * and {@code +xgroup|create}; empty if nothing is missing; exceptionally if the user
	 * may not run scripts
	 */
	public static CompletableFuture<List<String>> of(RedisConnection connection, List<RequiredCommand> commands) {
		List<Object> args = new ArrayList<>();
		commands.forEach((command) -> {
			args.add(command.words().size());
			args.addAll(command.words());
		});
		return connection.run(DENIED, List.of(), args).thenApply((denied) -> rights(commands, positions(denied)));
	}

	private static Set<Integer> positions(List<Object> denied) {
		Set<Integer> positions = new HashSet<>();
		denied.forEach((position) -> positions.add(((Long) position).intValue()));
		return positions;
	}

	/**
	 * Redis does not tell whether a command is denied for its name, its key or its
	 * channel. A right that another command shows to be there is not the reason.
	 */
	private static List<String> rights(List<RequiredCommand> commands, Set<Integer> denied) {
		Set<String> allowed = new HashSet<>();
		IntStream.range(0, commands.size())
			.filter((position) -> !denied.contains(position))
			.mapToObj(commands::get)
			.forEach((command) -> {
				allowed.addAll(command.names());
				allowed.add(command.permission());
			});
		Set<String> names = new LinkedHashSet<>();
		Set<String> permissions = new LinkedHashSet<>();
		denied.stream().sorted().map(commands::get).forEach((command) -> {
			boolean unknown = allowed.contains(command.permission()) && allowed.containsAll(command.names());
			if (unknown || !allowed.contains(command.permission())) {
				permissions.add(command.permission());
			}
			command.names().stream().filter((name) -> unknown || !allowed.contains(name)).forEach(names::add);
		});
		names.addAll(permissions);
		return List.copyOf(names);
	}

	/**
	 * Says how to grant rights.
	 * @param connection tells the user's name
	 * @param rights the rights
	 * @return a sentence with a command for an administrator
	 */
	public static CompletableFuture<String> grant(RedisConnection connection, List<String> rights) {
		return connection.send(Command.of("ACL", Reply.STRING).arg("WHOAMI"))
			.exceptionally((mayNotAsk) -> "<user>")
			.thenApply((user) -> "Grant them: ACL SETUSER " + user + " " + String.join(" ", rights));
	}

}
