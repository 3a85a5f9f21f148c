package io.redisbroker.engine.channel;

import java.util.ArrayList;
import java.util.List;

import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.engine.preflight.DeadLetterRights;
import io.redisbroker.engine.registry.RequiredCommand;

/**
 * The commands that listening to channels needs. Subscribing needs no script.
 */
final class ChannelRights {

	private ChannelRights() {
	}

	static List<RequiredCommand> of(ChannelEndpoint endpoint) {
		List<RequiredCommand> commands = new ArrayList<>();
		String shard = endpoint.sharded() ? "S" : "";
		for (String channel : endpoint.channels()) {
			commands.add(RequiredCommand.onChannel(channel, shard + "SUBSCRIBE", "?"));
			commands.add(RequiredCommand.of(shard + "UNSUBSCRIBE"));
		}
		for (String pattern : endpoint.patterns()) {
			commands.add(RequiredCommand.onChannel(pattern, "PSUBSCRIBE", "?"));
			commands.add(RequiredCommand.of("PUNSUBSCRIBE"));
		}
		commands.addAll(DeadLetterRights.of(endpoint));
		return commands;
	}

}
