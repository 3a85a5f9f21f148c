package io.redisbroker.client;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.SocketOptions.TcpUserTimeoutOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.protocol.CommandWrapper;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.EpollProvider;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.DirectFieldAccessor;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Builds clients that know what the application's connection factory knows (where Redis
 * is, TLS, credentials, names) but behave as a broker needs: no command is replayed after
 * a reconnect, reconnecting is quick, a silent peer is noticed. Options belong to a
 * client and not to a connection, hence clients of our own.
 */
final class LettuceClients {

	private static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);

	private static final Duration LONGEST_RECONNECT_DELAY = Duration.ofSeconds(1);

	private final LettuceConnectionFactory origin;

	private final ClientResources resources;

	private final Duration replyTimeout;

	LettuceClients(LettuceConnectionFactory origin) {
		this.origin = origin;
		ClientResources shared = origin.getClientConfiguration().getClientResources().orElse(null);
		Delay delay = Delay.exponential(Duration.ofMillis(10), LONGEST_RECONNECT_DELAY, 2, TimeUnit.MILLISECONDS);
		this.resources = derive(shared).reconnectDelay(delay).build();
		Duration timeout = origin.getClientConfiguration().getCommandTimeout();
		this.replyTimeout = (timeout.isZero() || timeout.compareTo(LONGEST_SILENCE) > 0) ? LONGEST_SILENCE : timeout;
	}

	/** Shares the application's threads, so that closing ours leaves them running. */
	private static ClientResources.Builder derive(@Nullable ClientResources shared) {
		return (shared == null) ? ClientResources.builder()
				: shared.mutate()
					.eventLoopGroupProvider(shared.eventLoopGroupProvider())
					.eventExecutorGroup(shared.eventExecutorGroup())
					.timer(shared.timer());
	}

	void close() {
		this.resources.shutdown(0, 1, TimeUnit.SECONDS);
	}

	Duration replyTimeout() {
		return this.replyTimeout;
	}

	/**
	 * Creates a client for the application's Redis.
	 * @param reconnect whether its connections reconnect by themselves
	 * @return a {@link LeanRedisClient}, or a {@code RedisClusterClient} for a cluster
	 */
	AbstractRedisClient create(boolean reconnect) {
		LettuceClientConfiguration original = this.origin.getClientConfiguration();
		ClientOptions base = original.getClientOptions().orElseGet(ClientOptions::create);
		ClientOptions options = this.origin.isClusterAware() ? clusterOptions(base, reconnect)
				: options(base.mutate(), base, reconnect).build();
		AbstractRedisClient client = new NativeClientFactory(configuration(),
				new DerivedConfiguration(original, options, this.resources))
			.newClient();
		return (client instanceof RedisClient single)
				? new LeanRedisClient(this.resources, uriOf(single), client.getOptions()) : client;
	}

	/** The client keeps to itself where Redis is. */
	private static RedisURI uriOf(RedisClient client) {
		return (RedisURI) Objects.requireNonNull(new DirectFieldAccessor(client).getPropertyValue("redisURI"));
	}

	/**
	 * Creates a client for connections to single nodes of a cluster, whose addresses are
	 * given with each connection.
	 * @return the client
	 */
	LeanRedisClient createNodeClient() {
		ClientOptions base = this.origin.getClientConfiguration().getClientOptions().orElseGet(ClientOptions::create);
		return new LeanRedisClient(this.resources, new RedisURI(),
				options(ClientOptions.builder()
					.protocolVersion(base.getConfiguredProtocolVersion())
					.sslOptions(base.getSslOptions()), base, false).build());
	}

	/**
	 * Says how to connect to a node of a cluster: as to those that the application names.
	 * What the driver has learned of nodes may come without a user.
	 * @param client the client of the cluster
	 * @param host the node's host
	 * @param port the node's port
	 * @return where to connect, and as whom
	 */
	static RedisURI uriOf(RedisClusterClient client, String host, int port) {
		Object uris = new DirectFieldAccessor(client).getPropertyValue("initialUris");
		RedisURI named = (uris instanceof Iterable<?> all && all.iterator().next() instanceof RedisURI first) ? first
				: client.getPartitions().iterator().next().getUri();
		return RedisURI.builder(named).withHost(host).withPort(port).build();
	}

	private ClientOptions.Builder options(ClientOptions.Builder options, ClientOptions base, boolean reconnect) {
		return options.autoReconnect(reconnect)
			.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
			.socketOptions(socketOptions(base.getSocketOptions()))
			.timeoutOptions(TimeoutOptions.builder()
				.timeoutCommands(true)
				.timeoutSource(new WaitAwareTimeout(this.replyTimeout))
				.build());
	}

	private ClientOptions clusterOptions(ClientOptions base, boolean reconnect) {
		ClusterClientOptions.Builder options = ClusterClientOptions.builder(base);
		options(options, base, reconnect);
		return options
			.topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
				.adaptiveRefreshTriggersTimeout(Duration.ofMillis(500))
				.enablePeriodicRefresh(Duration.ofSeconds(15))
				.build())
			.build();
	}

	private static SocketOptions socketOptions(SocketOptions base) {
		SocketOptions.Builder options = base.mutate();
		options.keepAlive(KeepAliveOptions.builder()
			.enable()
			.idle(Duration.ofSeconds(10))
			.interval(Duration.ofSeconds(5))
			.count(3)
			.build());
		// only the native transport can set it; elsewhere the timeout of each read serves
		if (EpollProvider.isAvailable() && !base.isEnableTcpUserTimeout()) {
			options.tcpUserTimeout(TcpUserTimeoutOptions.builder().enable().tcpUserTimeout(LONGEST_SILENCE).build());
		}
		return options.build();
	}

	/**
	 * The factory tells its configuration by kind, but not one that was given to its
	 * general constructor: user names and databases would be missing from what can be
	 * asked.
	 */
	private RedisConfiguration configuration() {
		DirectFieldAccessor fields = new DirectFieldAccessor(this.origin);
		if (fields.isReadableProperty("configuration")
				&& fields.getPropertyValue("configuration") instanceof RedisConfiguration configuration) {
			return configuration;
		}
		if (this.origin.isClusterAware()) {
			return Objects.requireNonNull(this.origin.getClusterConfiguration());
		}
		if (this.origin.isRedisSentinelAware()) {
			return Objects.requireNonNull(this.origin.getSentinelConfiguration());
		}
		RedisConfiguration socket = this.origin.getSocketConfiguration();
		return (socket != null) ? socket : this.origin.getStandaloneConfiguration();
	}

	/** The timeout of a reply, counted from when Redis no longer may hold it back. */
	private static final class WaitAwareTimeout extends TimeoutOptions.TimeoutSource {

		private final long timeout;

		WaitAwareTimeout(Duration timeout) {
			this.timeout = timeout.toMillis();
		}

		@Override
		public long getTimeout(RedisCommand<?, ?, ?> command) {
			if (command != null && CommandWrapper.unwrap(command) instanceof Command.LettuceCommand<?> ours) {
				return this.timeout + ours.waitInRedis().toMillis();
			}
			return this.timeout;
		}

	}

	/**
	 * Opens up the creation of a client, which the connection factory keeps to itself.
	 */
	private static final class NativeClientFactory extends LettuceConnectionFactory {

		NativeClientFactory(RedisConfiguration configuration, LettuceClientConfiguration client) {
			super(configuration, client);
		}

		AbstractRedisClient newClient() {
			return createClient();
		}

	}

}
