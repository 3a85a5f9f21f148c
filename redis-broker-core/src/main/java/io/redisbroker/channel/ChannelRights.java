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
			if (endpoint.settings().deadLetters() != null) {
				commands
					.add(RequiredCommand.onKey(endpoint.settings().deadLettersOf(channel), "XADD", "?", "*", "f", "v"));
			}
		}
		for (String pattern : endpoint.patterns()) {
			commands.add(RequiredCommand.onChannel(pattern, "PSUBSCRIBE", "?"));
		}
		return commands;
	}

}
