package io.redisbroker.test;

import java.util.List;

import io.lettuce.core.MigrateArgs;
import org.jspecify.annotations.Nullable;

/**
 * Moves one slot and its keys from one primary to another, as {@code redis-cli --cluster
 * reshard} does it: every client sees the {@code ASK} and {@code MOVED} redirections of
 * the real thing.
 */
final class SlotMigration {

	private static final int BATCH = 100;

	private static final long TIMEOUT_MILLIS = 10_000;

	private final int slot;

	private final RedisServer source;

	private final String sourceId;

	private final RedisServer target;

	private final String targetId;

	private final @Nullable String password;

	SlotMigration(int slot, RedisServer source, String sourceId, RedisServer target, String targetId,
			@Nullable String password) {
		this.slot = slot;
		this.source = source;
		this.sourceId = sourceId;
		this.target = target;
		this.targetId = targetId;
		this.password = password;
	}

	/**
	 * Move the slot. Nodes that are not told learn it from the others.
	 * @param primaries all primaries that work
	 */
	void run(List<RedisServer> primaries) {
		this.target.commands().clusterSetSlotImporting(this.slot, this.sourceId);
		this.source.commands().clusterSetSlotMigrating(this.slot, this.targetId);
		moveKeys();
		// the target first: if the source were told and then died, no node would own the
		// slot
		this.target.commands().clusterSetSlotNode(this.slot, this.targetId);
		this.source.commands().clusterSetSlotNode(this.slot, this.targetId);
		primaries.stream()
			.filter((node) -> node != this.source && node != this.target)
			.forEach((node) -> node.commands().clusterSetSlotNode(this.slot, this.targetId));
	}

	private void moveKeys() {
		List<String> keys = nextKeys();
		while (!keys.isEmpty()) {
			MigrateArgs<String> args = MigrateArgs.Builder.<String>keys(keys);
			if (this.password != null) {
				args.auth(this.password);
			}
			this.source.commands().migrate(this.target.host(), this.target.port(), 0, TIMEOUT_MILLIS, args);
			keys = nextKeys();
		}
	}

	private List<String> nextKeys() {
		return this.source.commands().clusterGetKeysInSlot(this.slot, BATCH);
	}

}
