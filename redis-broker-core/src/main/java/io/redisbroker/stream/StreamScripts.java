package io.redisbroker.stream;

import io.redisbroker.client.Script;
import io.redisbroker.listener.ReclaimRoom;
import io.redisbroker.settlement.Takeovers;

/**
 * The scripts of this transport, which lie beside this class.
 */
final class StreamScripts {

	static final Script ENSURE_GROUP = load("ids.lua", "ensure-group.lua");

	static final Script ACKNOWLEDGE = load(Takeovers.SCRIPT, "members.lua", "ids.lua", "owned.lua", "acknowledge.lua");

	static final Script RENEW = load("ids.lua", "owned.lua", "renew.lua");

	static final Script RETRY = load("ids.lua", "owned.lua", "retry.lua");

	static final Script DEAD_LETTER = load("ids.lua", "owned.lua", "dead-letter.lua");

	static final Script RECLAIM = load(Takeovers.SCRIPT, "members.lua", "ids.lua", ReclaimRoom.SCRIPT, "reclaim.lua");

	static final Script RECOVER = load("recover.lua");

	static final Script LEAVE = load(Takeovers.SCRIPT, "members.lua", "ids.lua", "owned.lua", "leave.lua");

	static final Script REMOVE_CONSUMERS = load(Takeovers.SCRIPT, "members.lua", "ids.lua", "remove-consumers.lua");

	static final Script CONSUMERS = load("ids.lua", "consumers.lua");

	static final Script BACKLOG = load("ids.lua", "backlog.lua");

	private StreamScripts() {
	}

	private static Script load(String... files) {
		return Script.load(StreamScripts.class, files);
	}

}
