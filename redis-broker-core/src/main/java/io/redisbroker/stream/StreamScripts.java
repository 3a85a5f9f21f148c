package io.redisbroker.stream;

import io.redisbroker.client.Script;
import io.redisbroker.listener.ReclaimRoom;
import io.redisbroker.settlement.Takeovers;

/**
 * The scripts of this transport, which lie beside this class.
 */
final class StreamScripts {

	static final Script ENSURE_GROUP = load("ensure-group.lua");

	static final Script ACKNOWLEDGE = load(Takeovers.SCRIPT, "owned.lua", "acknowledge.lua");

	static final Script RENEW = load("owned.lua", "renew.lua");

	static final Script RETRY = load("owned.lua", "retry.lua");

	static final Script DEAD_LETTER = load("owned.lua", "dead-letter.lua");

	static final Script RECLAIM = load(Takeovers.SCRIPT, ReclaimRoom.SCRIPT, "reclaim.lua");

	static final Script RECOVER = load("recover.lua");

	static final Script LEAVE = load(Takeovers.SCRIPT, "leave.lua");

	static final Script REMOVE_CONSUMERS = load("remove-consumers.lua");

	static final Script CONSUMERS = load("consumers.lua");

	static final Script BACKLOG = load("backlog.lua");

	static final Script TRIM = load("entry-ids.lua", "groups.lua", "trim.lua");

	static final Script IDLE_GROUPS = load("entry-ids.lua", "groups.lua", "idle-groups.lua");

	private StreamScripts() {
	}

	private static Script load(String... files) {
		return Script.load(StreamScripts.class, files);
	}

}
