package io.redisbroker.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * A primary with replicas, watched by real Sentinels: by default one replica and three
 * Sentinels. Servers and Sentinels can be killed, frozen and restarted like any
 * {@link RedisServer}. <pre class="code">
 * try (RedisSentinel sentinel = RedisSentinel.start()) {
 *     RedisServer old = sentinel.primary();
 *     old.kill();
 *     await().until(() -&gt; sentinel.primary() != old);
 * }
 * </pre>
 * <p>
 * Starting takes about three seconds. Thread-safe.
 *
 * @since 0.1.0
 */
public final class RedisSentinel implements RedisDeployment {

	private final AdminClient admin;

	private final SentinelWatch watch;

	private final String masterName;

	private final @Nullable String password;

	private final List<RedisServer> nodes;

	private final List<RedisServer> sentinels;

	private RedisSentinel(AdminClient admin, String masterName, @Nullable String password, List<RedisServer> nodes,
			List<RedisServer> sentinels) {
		this.admin = admin;
		this.masterName = masterName;
		this.password = password;
		this.nodes = List.copyOf(nodes);
		this.sentinels = List.copyOf(sentinels);
		this.watch = new SentinelWatch(admin, masterName, this.nodes, this.sentinels);
	}

	/**
	 * Start a primary with one replica and three Sentinels.
	 * @return the set-up, ready to use
	 * @throws RedisServerException if it does not start, or it is not clear which Redis
	 * to run
	 */
	public static RedisSentinel start() {
		return builder().start();
	}

	/**
	 * Choose settings.
	 * @return a builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Return the name under which the Sentinels know the primary.
	 * @return the name
	 */
	public String masterName() {
		return this.masterName;
	}

	@Override
	public List<RedisServer> nodes() {
		return this.nodes;
	}

	/**
	 * Return the Sentinels.
	 * @return the Sentinels, whether they run or not
	 */
	public List<RedisServer> sentinels() {
		return this.sentinels;
	}

	/**
	 * Return the ports of the Sentinels.
	 * @return the ports, on {@code 127.0.0.1}
	 */
	public List<Integer> sentinelPorts() {
		return this.sentinels.stream().map(RedisServer::port).toList();
	}

	/**
	 * Return the primary by the word of the Sentinel that is best informed: the one that
	 * knows of the latest failover. After a crash that is the old primary until the
	 * Sentinels have elected another.
	 * @return the primary, which may be down
	 * @throws RedisServerException if no Sentinel works
	 */
	public RedisServer primary() {
		return this.watch.primary();
	}

	/**
	 * Return the servers other than the {@link #primary()}.
	 * @return the replicas, in the order in which they were started
	 */
	public List<RedisServer> replicas() {
		RedisServer primary = primary();
		return this.nodes.stream().filter((node) -> node != primary).toList();
	}

	/**
	 * Let the Sentinels promote a replica ({@code SENTINEL FAILOVER}) and wait until all
	 * that work name it. As in real life the old primary goes on accepting writes, which
	 * will be lost, until the Sentinels make it a replica, about ten seconds later:
	 * {@link #awaitHealthy()} waits for that.
	 * @return the new primary
	 * @throws RedisServerException if that does not happen within 60 seconds
	 */
	public RedisServer failover() {
		RedisServer old = primary();
		Await.until(() -> "the Sentinels accept to fail over from " + old, this.watch::requestFailover);
		Await.until(() -> "the Sentinels agree on another primary than " + old,
				() -> this.watch.allNameAnotherThan(old));
		return primary();
	}

	@Override
	public void flushAll() {
		primary().flushAll();
	}

	@Override
	public void awaitHealthy() {
		Await.until(this.watch::describe, this.watch::isGood);
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * A server that comes back as a second primary is made a replica at once, for which
	 * the Sentinels take ten seconds.
	 */
	@Override
	public void heal() {
		this.sentinels.forEach(RedisServer::heal);
		this.nodes.forEach(RedisServer::heal);
		Await.until(this.watch::describe, () -> {
			this.watch.demoteOthers();
			return Await.within(Duration.ofSeconds(2), this.watch::isGood);
		});
	}

	@Override
	public Map<String, String> springProperties() {
		Map<String, String> properties = new LinkedHashMap<>();
		properties.put("spring.data.redis.sentinel.master", this.masterName);
		properties.put("spring.data.redis.sentinel.nodes",
				this.sentinels.stream()
					.map((sentinel) -> sentinel.host() + ":" + sentinel.port())
					.collect(Collectors.joining(",")));
		properties.put(SpringUrl.PROPERTY, SpringUrl.of(this.nodes.get(0)));
		if (this.password != null) {
			properties.put("spring.data.redis.password", this.password);
		}
		return properties;
	}

	@Override
	public void close() {
		this.sentinels.forEach(RedisServer::close);
		this.nodes.forEach(RedisServer::close);
		this.admin.close();
	}

	@Override
	public String toString() {
		return "servers " + this.nodes + " with Sentinels " + this.sentinels;
	}

	/**
	 * Settings of a set-up with Sentinels.
	 *
	 * @since 0.1.0
	 */
	public static final class Builder extends RedisBuilder<Builder> {

		private String masterName = "mymaster";

		private int replicas = 1;

		private int sentinels = 3;

		private Duration downAfter = Duration.ofSeconds(1);

		private Builder() {
		}

		/**
		 * The name under which the Sentinels know the primary. Default: {@code mymaster}.
		 * @param masterName the name
		 * @return this builder
		 */
		public Builder masterName(String masterName) {
			this.masterName = masterName;
			return this;
		}

		/**
		 * How many replicas the primary has. Default: 1.
		 * @param replicas number of replicas, at least 1 for a failover to be possible
		 * @return this builder
		 */
		public Builder replicas(int replicas) {
			this.replicas = replicas;
			return this;
		}

		/**
		 * How many Sentinels watch it; more than half of them must agree. Default: 3.
		 * @param sentinels number of Sentinels, at least 1
		 * @return this builder
		 */
		public Builder sentinels(int sentinels) {
			this.sentinels = sentinels;
			return this;
		}

		/**
		 * After which time without an answer the primary counts as down
		 * ({@code down-after-milliseconds}). Default: 1 second.
		 * @param downAfter the time, in whole milliseconds
		 * @return this builder
		 */
		public Builder downAfter(Duration downAfter) {
			this.downAfter = downAfter;
			return this;
		}

		/**
		 * Start everything and wait until it is healthy.
		 * @return the set-up, ready to use
		 * @throws RedisServerException if it does not start, or it is not clear which
		 * Redis to run
		 */
		public RedisSentinel start() {
			AdminClient admin = new AdminClient();
			List<RedisServer> nodes = new ArrayList<>();
			List<RedisServer> watchers = new ArrayList<>();
			try {
				NodeStarter starter = starter(admin);
				startReplicated(starter, nodes);
				for (int sentinel = 0; sentinel < this.sentinels; sentinel++) {
					watchers.add(starter.startSentinel(monitoring(nodes.get(0))));
				}
				RedisSentinel started = new RedisSentinel(admin, this.masterName, password(), nodes, watchers);
				started.awaitHealthy();
				return started;
			}
			catch (RuntimeException ex) {
				watchers.forEach(RedisServer::close);
				nodes.forEach(RedisServer::close);
				admin.close();
				throw ex;
			}
		}

		// The Sentinels find the replicas at once if they are connected already
		private void startReplicated(NodeStarter starter, List<RedisServer> nodes) {
			RedisServer primary = starter.start(0);
			nodes.add(primary);
			for (int replica = 0; replica < this.replicas; replica++) {
				nodes.add(starter.start(0, "replicaof " + primary.host() + " " + primary.port()));
			}
			Await.until(() -> "replicas connected to " + primary,
					() -> nodes.stream().allMatch((node) -> SentinelWatch.plays(node, primary)));
		}

		private List<String> monitoring(RedisServer primary) {
			String quorum = Integer.toString(this.sentinels / 2 + 1);
			List<String> lines = new ArrayList<>();
			lines.add(String.join(" ", "sentinel monitor", this.masterName, primary.host(),
					Integer.toString(primary.port()), quorum));
			lines.add("sentinel down-after-milliseconds " + this.masterName + " " + this.downAfter.toMillis());
			// after a split vote they wait twice this time before they vote again
			lines.add("sentinel failover-timeout " + this.masterName + " " + 3 * this.downAfter.toMillis());
			if (password() != null) {
				lines.add("sentinel auth-pass " + this.masterName + " " + password());
			}
			return lines;
		}

	}

}
