package io.redisbroker.engine.stream;

import java.util.ArrayList;
import java.util.List;

import io.redisbroker.client.pubsub.WakeUps;
import io.redisbroker.engine.preflight.DeadLetterRights;
import io.redisbroker.engine.registry.RequiredCommand;
import io.redisbroker.listener.AckMode;
import io.redisbroker.stream.StreamEndpoint;
import io.redisbroker.stream.StreamRetention;

/**
 * The commands that listening to streams takes, in scripts or alone.
 */
final class StreamRights {

	private StreamRights() {
	}

	static List<RequiredCommand> of(StreamEndpoint endpoint, StreamRetentions retentions) {
		List<RequiredCommand> commands = new ArrayList<>();
		for (String stream : endpoint.sources()) {
			StreamRetention retention = retentions.of(stream);
			if (retention != null && !retention.keepsAll()) {
				commands.addAll(ofRetention(stream));
			}
			if (endpoint.group() == null) {
				commands.add(RequiredCommand.onKey(stream, "XREVRANGE", "?", "+", "-"));
				commands.add(RequiredCommand.onKey(stream, "XREAD", "STREAMS", "?", "0"));
			}
			else {
				commands.addAll(toConsume(stream, endpoint));
				telling(commands, stream, endpoint.group());
			}
			if (endpoint.settings().ackMode() != AckMode.NONE) {
				waking(commands, stream);
			}
		}
		commands.addAll(DeadLetterRights.of(endpoint, "XADD", "?", "*", "f", "v"));
		return commands;
	}

	/** The commands without which a group's entries can't be taken and settled. */
	static List<RequiredCommand> toConsume(String stream, StreamEndpoint endpoint) {
		List<RequiredCommand> commands = new ArrayList<>(RequiredCommand.SCRIPTS);
		inGroup(commands, stream, endpoint.requiredGroup());
		if (endpoint.settings().ackMode() != AckMode.NONE) {
			owning(commands, stream, endpoint.requiredGroup());
			retrying(commands, new Membership(List.of(stream), endpoint.requiredGroup(), ""));
		}
		return commands;
	}

	/** The backlog and the consumers. */
	private static void telling(List<RequiredCommand> commands, String stream, String group) {
		commands.add(RequiredCommand.onKey(stream, "XINFO", "CONSUMERS", "?", group));
		commands.add(RequiredCommand.onKey(stream, "XPENDING", "?", group, "-", "+", "1"));
	}

	/** Without the signals, due entries are found at the next look. */
	private static void waking(List<RequiredCommand> commands, String stream) {
		commands.add(RequiredCommand.onChannel(WakeUps.channel(stream), "PUBLISH", "?", "m"));
		commands.add(RequiredCommand.onChannel(WakeUps.channel(stream), "SUBSCRIBE", "?"));
		commands.add(RequiredCommand.of("UNSUBSCRIBE"));
	}

	/** The commands that remove entries, with or without listeners. */
	static List<RequiredCommand> ofRetention(String stream) {
		return List.of(RequiredCommand.onKey(stream, "XTRIM", "?", "MAXLEN", "~", "1"),
				RequiredCommand.onKey(stream, "XINFO", "GROUPS", "?"),
				RequiredCommand.onKey(stream, "XINFO", "CONSUMERS", "?", "g"),
				RequiredCommand.onKey(stream, "XPENDING", "?", "g", "-", "+", "1"),
				RequiredCommand.onKey(stream, "XRANGE", "?", "-", "+"), RequiredCommand.onKey(stream, "XLEN", "?"),
				RequiredCommand.onKey(stream, "EXISTS", "?"), RequiredCommand.of("TIME"));
	}

	private static void inGroup(List<RequiredCommand> commands, String stream, String group) {
		commands.add(RequiredCommand.onKey(stream, "XGROUP", "CREATE", "?", group, "0", "MKSTREAM"));
		commands.add(RequiredCommand.onKey(stream, "XINFO", "STREAM", "?"));
		commands.add(RequiredCommand.onKey(stream, "XINFO", "GROUPS", "?"));
		commands.add(RequiredCommand.onKey(stream, "EXISTS", "?"));
		commands.add(RequiredCommand.onKey(stream, "XLEN", "?"));
		commands.add(RequiredCommand.onKey(stream, "XREADGROUP", "GROUP", group, "c", "STREAMS", "?", ">"));
		commands.add(RequiredCommand.onKey(stream, "XRANGE", "?", "-", "+"));
	}

	private static void retrying(List<RequiredCommand> commands, Membership membership) {
		String stream = membership.streams().get(0);
		String retries = membership.retriesOf(stream);
		commands.add(RequiredCommand.onKey(retries, "ZADD", "?", "1", "m"));
		commands.add(RequiredCommand.onKey(retries, "ZRANGE", "?", "0", "0"));
		commands.add(RequiredCommand.onKey(retries, "ZRANGEBYSCORE", "?", "0", "1"));
		commands.add(RequiredCommand.onKey(retries, "ZSCORE", "?", "m"));
		commands.add(RequiredCommand.onKey(retries, "ZREM", "?", "m"));
		commands.add(RequiredCommand.onKey(retries, "DEL", "?"));
		commands.add(RequiredCommand.of("TIME"));
		String failures = membership.failuresOf(stream);
		commands.add(RequiredCommand.onKey(failures, "HINCRBY", "?", "f", "1"));
		commands.add(RequiredCommand.onKey(failures, "HGET", "?", "f"));
		commands.add(RequiredCommand.onKey(failures, "HDEL", "?", "f"));
		commands.add(RequiredCommand.onKey(failures, "DEL", "?"));
		commands.add(RequiredCommand.onKey(membership.takeoversOf(stream), "GET", "?"));
		commands.add(RequiredCommand.onKey(membership.takeoversOf(stream), "SET", "?", "v", "EX", "1"));
		commands.add(RequiredCommand.onKey(membership.takeoversOf(stream), "DEL", "?"));
	}

	private static void owning(List<RequiredCommand> commands, String stream, String group) {
		commands.add(RequiredCommand.onKey(stream, "XPENDING", "?", group, "-", "+", "1"));
		commands.add(RequiredCommand.onKey(stream, "XACK", "?", group, "0-1"));
		commands.add(RequiredCommand.onKey(stream, "XCLAIM", "?", group, "c", "0", "0-1"));
		commands.add(RequiredCommand.onKey(stream, "XAUTOCLAIM", "?", group, "c", "0", "0"));
		commands.add(RequiredCommand.onKey(stream, "XGROUP", "DELCONSUMER", "?", group, "c"));
	}

}
