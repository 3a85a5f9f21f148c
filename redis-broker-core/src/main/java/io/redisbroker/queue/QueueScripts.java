package io.redisbroker.queue;

import io.redisbroker.client.Script;
import io.redisbroker.settlement.Takeovers;

/**
 * The scripts of queues.
 */
final class QueueScripts {

	static final Script RECEIVE = load("receive.lua");

	static final Script RECLAIM = load("reclaim.lua");

	static final Script RECOVER = load("recover.lua");

	static final Script ACKNOWLEDGE = load("acknowledge.lua");

	static final Script RENEW = load("renew.lua");

	static final Script RETRY = load("retry.lua");

	static final Script DEAD_LETTER = load("dead-letter.lua");

	static final Script LEAVE = load("leave.lua");

	static final Script CONSUMERS = load("consumers.lua");

	static final Script BACKLOG = load("backlog.lua");

	static final Script PUSH_DUE = load("push-due.lua");

	static final Script TAKE_OUT = Script.load(QueueScripts.class, "take-out.lua");

	private QueueScripts() {
	}

	private static Script load(String file) {
		return Script.load(QueueScripts.class, Takeovers.SCRIPT, "queue.lua", file);
	}

}
