package io.redisbroker.test;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.lettuce.core.RedisException;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import io.lettuce.core.sentinel.api.sync.RedisSentinelCommands;

/**
 * The knowledge of the Sentinels about their servers, and a check whether it is true.
 */
final class SentinelWatch {

	private final AdminClient admin;

	private final String masterName;

	private final List<RedisServer> nodes;

	private final List<RedisServer> sentinels;

	SentinelWatch(AdminClient admin, String masterName, List<RedisServer> nodes, List<RedisServer> sentinels) {
		this.admin = admin;
		this.masterName = masterName;
		this.nodes = nodes;
		this.sentinels = sentinels;
	}

	/**
	 * Return the primary by the word of the Sentinel that knows of the latest failover.
	 * @return the primary, which may be down
	 */
	RedisServer primary() {
		return working(this.sentinels).stream()
			.flatMap((sentinel) -> master(sentinel).stream())
			.max(Comparator.comparingLong((master) -> Long.parseLong(master.getOrDefault("config-epoch", "0"))))
			.map(this::named)
			.orElseThrow(() -> new RedisServerException("No Sentinel works"));
	}

	boolean allNameAnotherThan(RedisServer old) {
		return working(this.sentinels).stream()
			.allMatch((sentinel) -> master(sentinel).map(this::named).filter((named) -> named != old).isPresent());
	}

	private RedisServer named(Map<String, String> master) {
		return this.nodes.stream()
			.filter((node) -> Integer.toString(node.port()).equals(master.get("port")))
			.findFirst()
			.orElseThrow(() -> new RedisServerException("The Sentinels name an unknown primary: " + master));
	}

	// They refuse while another failover is going on and while no replica is known good
	boolean requestFailover() {
		return working(this.sentinels).stream()
			.anyMatch((sentinel) -> ask(sentinel, (commands) -> commands.failover(this.masterName)).isPresent());
	}

	boolean isGood() {
		try {
			RedisServer primary = primary();
			List<RedisServer> servers = working(this.nodes);
			return servers.contains(primary) && servers.stream().allMatch((node) -> plays(node, primary))
					&& working(this.sentinels).stream()
						.allMatch((sentinel) -> knows(sentinel, primary, servers.size()));
		}
		catch (RedisException ex) {
			return false;
		}
	}

	/**
	 * Return whether a server plays its part under this primary.
	 * @param node the primary or a replica
	 * @param primary the primary
	 * @return whether it is the primary, or connected to it
	 */
	static boolean plays(RedisServer node, RedisServer primary) {
		Map<String, String> replication = node.info("replication");
		if (node == primary) {
			return "master".equals(replication.get("role"));
		}
		return "up".equals(replication.get("master_link_status"))
				&& Integer.toString(primary.port()).equals(replication.get("master_port"));
	}

	private boolean knows(RedisServer sentinel, RedisServer primary, int servers) {
		long replicas = replicas(sentinel).stream().filter((replica) -> "slave".equals(replica.get("flags"))).count();
		String others = Integer.toString(this.sentinels.size() - 1);
		return replicas >= servers - 1 && master(sentinel)
			.filter((master) -> named(master) == primary && "master".equals(master.get("flags"))
					&& others.equals(master.get("num-other-sentinels")))
			.isPresent();
	}

	/**
	 * Make replicas of all other servers that take themselves for primaries, if the
	 * primary works.
	 */
	void demoteOthers() {
		RedisServer primary = primary();
		if (isPrimary(primary)) {
			this.nodes.stream()
				.filter((node) -> node != primary && isPrimary(node))
				.forEach((node) -> node.commands().replicaof(primary.host(), primary.port()));
		}
	}

	private static boolean isPrimary(RedisServer node) {
		return "master".equals(node.info("replication").get("role"));
	}

	String describe() {
		return working(this.sentinels).stream()
			.map((sentinel) -> sentinel + " sees: " + master(sentinel) + "\n" + replicas(sentinel))
			.collect(Collectors.joining("\n", "a healthy primary with replicas; ", ""));
	}

	private Optional<Map<String, String>> master(RedisServer sentinel) {
		return ask(sentinel, (commands) -> commands.master(this.masterName));
	}

	private List<Map<String, String>> replicas(RedisServer sentinel) {
		return ask(sentinel, (commands) -> commands.replicas(this.masterName)).orElse(List.of());
	}

	// Empty if it refuses, or is killed in this moment
	private <T> Optional<T> ask(RedisServer sentinel, Function<RedisSentinelCommands<String, String>, T> question) {
		try (StatefulRedisSentinelConnection<String, String> connection = this.admin.connectSentinel(sentinel.uri())) {
			return Optional.of(question.apply(connection.sync()));
		}
		catch (RedisException ex) {
			return Optional.empty();
		}
	}

	private static List<RedisServer> working(List<RedisServer> servers) {
		return servers.stream().filter((server) -> server.isRunning() && !server.isFrozen()).toList();
	}

}
