package io.redisbroker.engine.preflight;

import java.util.ArrayList;
import java.util.List;

import io.redisbroker.engine.registry.RequiredCommand;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerSettings;

/**
 * The commands that it takes to keep a listener's dead letters, to look at them, to put
 * them back and to delete them.
 */
public final class DeadLetterRights {

	private DeadLetterRights() {
	}

	/**
	 * Returns the commands.
	 * @param endpoint the listener
	 * @param putBack the command that puts a message back, with {@code ?} in place of the
	 * source; no words where it can't be put back
	 * @return the commands, none for a listener that keeps no dead letters
	 */
	public static List<RequiredCommand> of(ListenerEndpoint endpoint, String... putBack) {
		List<RequiredCommand> commands = new ArrayList<>();
		ListenerSettings settings = endpoint.settings();
		if (settings.ackMode() == AckMode.NONE && settings.deadLetters() == null) {
			return commands;
		}
		for (String source : endpoint.sources()) {
			String letters = settings.deadLettersOf(source);
			commands.add(RequiredCommand.onKey(letters, "XADD", "?", "*", "f", "v"));
			commands.add(RequiredCommand.onKey(letters, "XLEN", "?"));
			commands.add(RequiredCommand.onKey(letters, "XRANGE", "?", "-", "+"));
			commands.add(RequiredCommand.onKey(letters, "XREVRANGE", "?", "+", "-"));
			commands.add(RequiredCommand.onKey(letters, "XDEL", "?", "0-1"));
			commands.add(RequiredCommand.onKey(letters, "XTRIM", "?", "MAXLEN", "=", "0"));
			if (putBack.length > 0) {
				commands.add(RequiredCommand.onKey(source, putBack));
			}
		}
		commands.addAll(RequiredCommand.SCRIPTS);
		commands.add(RequiredCommand.of("TIME"));
		return commands;
	}

}
