package io.redisbroker.channel;

import java.util.ArrayList;
import java.util.List;

import io.redisbroker.listener.RequiredCommand;

/**
 * The commands that listening to channels takes.
 */
final class ChannelRights {

	private ChannelRights() {
	}

	static List<RequiredCommand> of(ChannelEndpoint endpoint) {
		List<RequiredCommand> commands = new ArrayList<>();
		String subscribe = endpoint.sharded() ? "SSUBSCRIBE" : "SUBSCRIBE";
		for (String channel : endpoint.channels()) {
			commands.add(RequiredCommand.onChannel(channel, subscribe, "?"));
		}
		for (String pattern : endpoint.patterns()) {
			commands.add(RequiredCommand.onChannel(pattern, "PSUBSCRIBE", "?"));
		}
		String deadLetters = endpoint.settings().deadLetters();
		if (deadLetters != null) {
			commands.add(RequiredCommand.onKey(deadLetters, "XADD", "?", "*", "f", "v"));
		}
		return commands;
	}

}
