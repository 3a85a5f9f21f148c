package io.redisbroker.engine.stream;

import io.redisbroker.client.Script;
import io.redisbroker.engine.pull.ReclaimRoom;
import io.redisbroker.engine.settlement.Takeovers;

/**
 * The scripts of this transport, which lie beside this class.
 */
final class StreamScripts {

	private static final String REDRIVES = "redrives.lua";

	static final Script ENSURE_GROUP = load("ids.lua", "ensure-group.lua");

	static final Script ACKNOWLEDGE = load(Takeovers.SCRIPT, "members.lua", "acknowledge-first-reads.lua", "ids.lua",
			REDRIVES, "owned.lua", "acknowledge.lua");

	static final Script RENEW = load("ids.lua", REDRIVES, "owned.lua", "renew.lua");

	static final Script RETRY = load("ids.lua", REDRIVES, "owned.lua", "retry.lua");

	static final Script DEAD_LETTER = load("ids.lua", REDRIVES, "owned.lua", "dead-letter.lua");

	static final Script RECLAIM = load(Takeovers.SCRIPT, "members.lua", "ids.lua", ReclaimRoom.SCRIPT, REDRIVES,
			"reclaim.lua");

	static final Script RECOVER = load(REDRIVES, "recover.lua");

	static final Script LEAVE = load(Takeovers.SCRIPT, "members.lua", "ids.lua", REDRIVES, "owned.lua", "leave.lua");

	static final Script REMOVE_CONSUMERS = load(Takeovers.SCRIPT, "members.lua", "ids.lua", "remove-consumers.lua");

	static final Script CONSUMERS = load("ids.lua", "consumers.lua");

	static final Script BACKLOG = load("ids.lua", "lag.lua", "backlog.lua");

	static final Script ENTRIES = load("entries.lua");

	static final Script PENDING = load("pending.lua");

	static final Script GROUP_STATES = load("ids.lua", "lag.lua", "group-states.lua");

	static final Script REDRIVE_TO_GROUP = load("redrive-to-group.lua");

	static final Script TRIM = load("ids.lua", "next-id.lua", "groups.lua", "trim.lua");

	static final Script IDLE_GROUPS = load("ids.lua", "next-id.lua", "groups.lua", "idle-groups.lua");

	private StreamScripts() {
	}

	private static Script load(String... files) {
		return Script.load(StreamScripts.class, files);
	}

}
