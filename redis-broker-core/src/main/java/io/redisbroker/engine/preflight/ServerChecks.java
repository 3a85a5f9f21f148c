package io.redisbroker.engine.preflight;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.redisbroker.client.RedisVersion;
import io.redisbroker.engine.preflight.Finding.Level;
import io.redisbroker.engine.preflight.Finding.Subject;
import io.redisbroker.failure.UnsupportedRedisException;

/**
 * Whether a server keeps messages, by its {@code INFO}.
 */
final class ServerChecks {

	private static final String CANT_TELL = "Nothing, if you know; some providers do not let it be asked.";

	private final Map<String, String> info;

	private final Optional<String> snapshots;

	/**
	 * Takes the answers of a server.
	 * @param info the text of {@code INFO}
	 * @param snapshots its setting {@code save}, or nothing when it may not be asked
	 */
	ServerChecks(String info, Optional<String> snapshots) {
		this.info = parse(info);
		this.snapshots = snapshots;
	}

	private static Map<String, String> parse(String info) {
		Map<String, String> values = new HashMap<>();
		info.lines().filter((line) -> !line.startsWith("#")).forEach((line) -> {
			int colon = line.indexOf(':');
			if (colon > 0) {
				values.put(line.substring(0, colon), line.substring(colon + 1).trim());
			}
		});
		return values;
	}

	/** Names the server, for example {@code Redis 7.0.15}. */
	String server() {
		String valkey = this.info.get("valkey_version");
		return (valkey != null) ? "Valkey " + valkey : "Redis " + this.info.getOrDefault("redis_version", "?");
	}

	/** Finds out about everything. */
	List<Finding> findings(Stage stage) {
		if (this.info.isEmpty()) {
			return List.of(Finding.note(Subject.VERSION, "The Redis user may not ask for INFO, so nothing is known of "
					+ "eviction, persistence, replicas and version", "Grant it: +info."));
		}
		List<Finding> findings = new ArrayList<>();
		version(findings);
		eviction(findings);
		persistence(findings, stage);
		replicas(findings, stage);
		return findings;
	}

	private void version(List<Finding> findings) {
		RedisVersion.parse(this.info.getOrDefault("redis_version", ""))
			.filter((version) -> !version.isSupported())
			.map((version) -> new UnsupportedRedisException(version.toString()))
			.ifPresent((old) -> findings
				.add(Finding.warning(Subject.VERSION, old.problem(), UnsupportedRedisException.ACTION)));
	}

	private void eviction(List<Finding> findings) {
		String policy = this.info.get("maxmemory_policy");
		boolean limited = !"0".equals(this.info.getOrDefault("maxmemory", "0"));
		if (policy == null) {
			findings.add(Finding.note(Subject.EVICTION, "INFO does not tell which keys are evicted", CANT_TELL));
		}
		else if (policy.startsWith("allkeys-")) {
			String action = "Set maxmemory-policy to noeviction, or use a Redis that holds nothing but messages.";
			findings.add(limited ? Finding.warning(Subject.EVICTION,
					"maxmemory-policy is " + policy + ": Redis deletes messages when it has used up its memory ("
							+ this.info.getOrDefault("maxmemory_human", this.info.get("maxmemory")) + ")",
					action)
					: Finding.note(Subject.EVICTION,
							"maxmemory-policy is " + policy + ": Redis would delete messages if maxmemory were set",
							action));
		}
		else if (!policy.equals("noeviction")) {
			findings.add(Finding.note(Subject.EVICTION,
					"maxmemory-policy is " + policy + ": Redis deletes keys that expire, and messages do not",
					"See that no client sets an expiry on streams and queues."));
		}
	}

	private void persistence(List<Finding> findings, Stage stage) {
		String appendOnly = this.info.get("aof_enabled");
		if ("1".equals(appendOnly)) {
			return;
		}
		if (appendOnly == null) {
			findings.add(Finding.note(Subject.PERSISTENCE, "INFO does not tell whether messages are kept on a disk",
					CANT_TELL));
		}
		else if (this.snapshots.isEmpty()) {
			findings.add(Finding.note(Subject.PERSISTENCE,
					"Redis has no append-only file, and whether it makes snapshots can't be told (CONFIG GET save is "
							+ "not allowed): after a crash messages are missing",
					"Turn on the append-only file (appendonly yes) where you can."));
		}
		else if (this.snapshots.get().isEmpty()) {
			findings.add(new Finding(Subject.PERSISTENCE, (stage == Stage.DEVELOPMENT) ? Level.NOTE : Level.WARNING,
					"Redis keeps messages in memory only (appendonly no, save \"\"): a restart loses all of them",
					"Turn on the append-only file: appendonly yes."));
		}
		else {
			findings.add(Finding.note(Subject.PERSISTENCE,
					"Redis makes snapshots (save " + this.snapshots.get()
							+ ") but no append-only file: a crash loses the messages since the last one",
					"Turn on the append-only file: appendonly yes."));
		}
	}

	private void replicas(List<Finding> findings, Stage stage) {
		if ("master".equals(this.info.get("role")) && "0".equals(this.info.get("connected_slaves"))) {
			findings.add(new Finding(Subject.REPLICAS, (stage == Stage.PRODUCTION) ? Level.WARNING : Level.NOTE,
					"Redis has no replica: when the server is lost, so are its messages",
					"Add a replica, and Sentinel or a cluster, which put it in the lost one's place."));
		}
	}

}
