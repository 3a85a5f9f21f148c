package io.redisbroker.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.redisbroker.failure.RedisErrorException;

/**
 * Names the command that a user may not send inside a script. From 7.2 on Redis names it
 * itself; 7.0 tells at most the line. Both errors begin with {@code ERR} and have the
 * code {@code NOPERM}, see {@link RedisErrorException#code()}.
 */
final class ScriptDenial {

	private static final String DENIED = "ERR The user executing the script can't ";

	private static final Pattern LINE = Pattern.compile("@user_script:(\\d+)");

	/** A command by its name, with its subcommand, or by the argument that carries it. */
	private static final Pattern CALL = Pattern
		.compile("redis\\.p?call\\((?:'([A-Z]+)'(?:, '([A-Z]+)')?|ARGV\\[(\\d+)])");

	/** Its error comes back without a line. */
	private static final Pattern PROTECTED = Pattern.compile("redis\\.pcall\\(");

	private static final Set<String> WITH_SUBCOMMANDS = Set.of("XGROUP", "XINFO");

	private ScriptDenial() {
	}

	/**
	 * Translates an error of Redis 7.0.
	 * @param failure why the script failed
	 * @param script the script
	 * @param args its arguments
	 * @return an error with the code {@code NOPERM} that names the command, if the user
	 * lacks a right; the failure itself otherwise
	 */
	static Throwable explain(Throwable failure, Script script, List<?> args) {
		Throwable cause = Failures.unwrap(failure);
		String message = (cause instanceof RedisErrorException) ? String.valueOf(cause.getMessage()) : "";
		if (!message.startsWith(DENIED)) {
			return failure;
		}
		List<String> commands = commands(message, script.source().lines().toList(), args);
		String what = commands.isEmpty() ? "all commands of a script"
				: "the '" + String.join("' or '", commands) + "' command";
		return new RedisErrorException("NOPERM ACL failure in script: the user has no permissions to run " + what
				+ ", or to access its key or channel (" + message.strip() + ")");
	}

	private static List<String> commands(String message, List<String> lines, List<?> args) {
		Matcher line = LINE.matcher(message);
		Stream<String> calls = line.find() ? Stream.of(lines.get(Integer.parseInt(line.group(1)) - 1))
				: lines.stream().filter((each) -> PROTECTED.matcher(each).find());
		List<String> commands = new ArrayList<>();
		calls.map(CALL::matcher).forEach((call) -> {
			while (call.find()) {
				commands.add(name(call, args));
			}
		});
		return commands.stream().distinct().toList();
	}

	private static String name(Matcher call, List<?> args) {
		String argument = call.group(3);
		String name = String.valueOf((argument != null) ? args.get(Integer.parseInt(argument) - 1) : call.group(1));
		String full = WITH_SUBCOMMANDS.contains(name) ? name + "|" + call.group(2) : name;
		return full.toLowerCase(Locale.ROOT);
	}

}
