package io.redisbroker.engine.queue;

import java.util.stream.Stream;

import io.redisbroker.client.Script;
import io.redisbroker.engine.pull.ReclaimRoom;
import io.redisbroker.engine.settlement.Takeovers;
import io.redisbroker.engine.write.ScriptPiece;

/**
 * The scripts of queues.
 */
final class QueueScripts {

	private static final String KEYS = "queue.lua";

	/** With nothing that it does not need: Redis runs it before each first delivery. */
	static final Script RECEIVE = Script.load(QueueScripts.class, KEYS, "receive.lua");

	static final Script RECLAIM = load(ReclaimRoom.SCRIPT, "reclaim.lua");

	static final Script RECOVER = load("recover.lua");

	static final Script ACKNOWLEDGE = load("acknowledge.lua");

	static final Script RENEW = load("renew.lua");

	static final Script RETRY = load("retry.lua");

	static final Script DEAD_LETTER = load("dead-letter.lua");

	static final Script LEAVE = load("leave.lua");

	static final Script CONSUMERS = load("consumers.lua");

	static final Script BACKLOG = load("backlog.lua");

	static final Script WAITING = load("waiting.lua");

	static final Script HELD = load("held.lua");

	static final Script PUSH_DUE = load("push-due.lua");

	static final Script REDRIVE = Script.load(QueueScripts.class, ScriptPiece.SCRIPT, "redrive.lua");

	static final Script TAKE_OUT = Script.load(QueueScripts.class, "take-out.lua");

	private QueueScripts() {
	}

	private static Script load(String... files) {
		return Script.load(QueueScripts.class,
				Stream.concat(Stream.of(Takeovers.SCRIPT, KEYS, "receipts.lua"), Stream.of(files))
					.toArray(String[]::new));
	}

}
