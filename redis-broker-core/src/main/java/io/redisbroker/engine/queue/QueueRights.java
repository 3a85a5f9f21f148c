package io.redisbroker.engine.queue;

import java.util.ArrayList;
import java.util.List;

import io.redisbroker.client.pubsub.WakeUps;
import io.redisbroker.engine.preflight.DeadLetterRights;
import io.redisbroker.engine.registry.RequiredCommand;
import io.redisbroker.listener.AckMode;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.queue.QueueOrder;

/**
 * The commands that consuming queues takes, in scripts or alone.
 */
final class QueueRights {

	/**
	 * The rights that a user needs besides those of all transports, as
	 * {@code ACL SETUSER} takes them.
	 */
	static final String COMMANDS = "+@list +@hash +@sortedset +incr +incrby +get +set +del +@stream";

	private QueueRights() {
	}

	static List<RequiredCommand> of(QueueEndpoint endpoint) {
		List<RequiredCommand> commands = new ArrayList<>();
		for (String queue : endpoint.sources()) {
			commands.addAll(toConsume(queue, endpoint));
			waking(commands, queue, isLeasing(endpoint));
			if (isLeasing(endpoint)) {
				telling(commands, new QueueKeys(queue));
			}
		}
		commands.addAll(DeadLetterRights.of(endpoint, "LPUSH", "?", "m"));
		return commands;
	}

	private static boolean isLeasing(QueueEndpoint endpoint) {
		return endpoint.order() != QueueOrder.CIRCULAR && endpoint.settings().ackMode() != AckMode.NONE;
	}

	/** The commands without which messages can't be taken, kept and settled. */
	static List<RequiredCommand> toConsume(String queue, QueueEndpoint endpoint) {
		List<RequiredCommand> commands = new ArrayList<>(RequiredCommand.SCRIPTS);
		commands.add(RequiredCommand.onKey(queue, "EXISTS", "?"));
		commands.add(RequiredCommand.onKey(queue, "LLEN", "?"));
		if (isLeasing(endpoint)) {
			leasing(commands, new QueueKeys(queue), endpoint.order());
			return commands;
		}
		if (endpoint.order() == QueueOrder.CIRCULAR) {
			commands.add(RequiredCommand.onKey(queue, "BLMOVE", "?", queue, "RIGHT", "LEFT", "1"));
			commands.add(RequiredCommand.onKey(queue, "LPOS", "?", "m"));
			commands.add(RequiredCommand.onKey(queue, "LREM", "?", "1", "m"));
		}
		else {
			commands.add(RequiredCommand.onKey(queue, "BLMPOP", "1", "1", "?", "RIGHT"));
		}
		pushingDue(commands, new QueueKeys(queue), endpoint.order());
		return commands;
	}

	/** Without the signals, due messages are found at the next look. */
	private static void waking(List<RequiredCommand> commands, String queue, boolean leasing) {
		if (leasing) {
			commands.add(RequiredCommand.onChannel(WakeUps.channel(queue), "PUBLISH", "?", "m"));
		}
		commands.add(RequiredCommand.onChannel(WakeUps.channel(queue), "SUBSCRIBE", "?"));
		commands.add(RequiredCommand.of("UNSUBSCRIBE"));
	}

	private static void pushingDue(List<RequiredCommand> commands, QueueKeys keys, QueueOrder order) {
		commands.add(RequiredCommand.of("TIME"));
		commands.add(RequiredCommand.onKey(keys.queue(), order.unpop(), "?", "m"));
		commands.add(RequiredCommand.onKey(keys.delayed(), "ZRANGEBYSCORE", "?", "0", "1"));
		commands.add(RequiredCommand.onKey(keys.delayed(), "ZREM", "?", "m"));
		commands.add(RequiredCommand.onKey(keys.delayed(), "ZADD", "?", "1", "m"));
		commands.add(RequiredCommand.onKey(keys.messages(), "HGET", "?", "f"));
		commands.add(RequiredCommand.onKey(keys.messages(), "HDEL", "?", "f"));
	}

	private static void leasing(List<RequiredCommand> commands, QueueKeys keys, QueueOrder order) {
		String queue = keys.queue();
		commands.add(RequiredCommand.of("TIME"));
		commands.add(RequiredCommand.onKey(queue, "BLMOVE", "?", keys.claim(), order.end(), "LEFT", "1"));
		commands.add(RequiredCommand.onKey(queue, order.pop(), "?", "1"));
		commands.add(RequiredCommand.onKey(queue, order.unpop(), "?", "m"));
		commands.add(RequiredCommand.onKey(keys.claim(), "RPOP", "?", "1"));
		commands.add(RequiredCommand.onKey(keys.claim(), "RPUSH", "?", "m"));
		commands.add(RequiredCommand.onKey(keys.claim(), "LPOP", "?"));
		commands.add(RequiredCommand.onKey(keys.messages(), "HSET", "?", "f", "v"));
		commands.add(RequiredCommand.onKey(keys.messages(), "HGET", "?", "f"));
		commands.add(RequiredCommand.onKey(keys.messages(), "HDEL", "?", "f"));
		commands.add(RequiredCommand.onKey(keys.messages(), "HEXISTS", "?", "f"));
		for (String set : List.of(keys.leases(), keys.delayed())) {
			commands.add(RequiredCommand.onKey(set, "ZADD", "?", "1", "m"));
			commands.add(RequiredCommand.onKey(set, "ZREM", "?", "m"));
			commands.add(RequiredCommand.onKey(set, "ZSCORE", "?", "m"));
			commands.add(RequiredCommand.onKey(set, "ZRANGE", "?", "0", "0"));
			commands.add(RequiredCommand.onKey(set, "ZRANGEBYSCORE", "?", "0", "1"));
		}
		commands.add(RequiredCommand.onKey(keys.leases(), "ZMSCORE", "?", "m"));
		commands.add(RequiredCommand.onKey(keys.takeovers(), "GET", "?"));
		commands.add(RequiredCommand.onKey(keys.takeovers(), "SET", "?", "v", "EX", "1"));
		commands.add(RequiredCommand.onKey(keys.takeovers(), "DEL", "?"));
		commands.add(RequiredCommand.onKey(keys.sequence(), "INCR", "?"));
		commands.add(RequiredCommand.onKey(keys.sequence(), "INCRBY", "?", "1"));
	}

	/** The backlog and the consumers. */
	private static void telling(List<RequiredCommand> commands, QueueKeys keys) {
		commands.add(RequiredCommand.onKey(keys.claim(), "LLEN", "?"));
		commands.add(RequiredCommand.onKey(keys.leases(), "ZCARD", "?"));
		commands.add(RequiredCommand.onKey(keys.delayed(), "ZCARD", "?"));
		commands.add(RequiredCommand.onKey(keys.leases(), "ZREVRANGE", "?", "0", "1"));
	}

}
