package io.redisbroker.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.SocketOptions.TcpUserTimeoutOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.protocol.CommandWrapper;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.EpollProvider;
import io.lettuce.core.resource.NettyCustomizer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.DirectFieldAccessor;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Builds clients with the address, TLS, credentials and names of the application's
 * connection factory, and with options that a broker needs: no command is replayed after
 * a reconnect, reconnecting is quick, a silent peer is noticed. Options belong to a
 * client and not to a connection, hence separate clients.
 */
final class LettuceClients {

	/** A reply, or a step of connecting, that takes longer is given up. */
	private static final Duration LONGEST_REPLY_TIME = Duration.ofSeconds(10);

	private static final Duration LONGEST_RECONNECT_DELAY = Duration.ofSeconds(1);

	private final LettuceConnectionFactory origin;

	private final ClientResources resources;

	private final Duration replyTimeout;

	LettuceClients(LettuceConnectionFactory origin) {
		this.origin = origin;
		ClientResources shared = origin.getClientConfiguration().getClientResources().orElse(null);
		Delay delay = Delay.exponential(Duration.ofMillis(10), LONGEST_RECONNECT_DELAY, 2, TimeUnit.MILLISECONDS);
		NettyCustomizer customizer = (shared != null) ? shared.nettyCustomizer()
				: DefaultClientResources.DEFAULT_NETTY_CUSTOMIZER;
		this.resources = derive(shared).reconnectDelay(delay)
			.nettyCustomizer(new ConnectionPipeline(customizer))
			.build();
		Duration timeout = origin.getClientConfiguration().getCommandTimeout();
		this.replyTimeout = (timeout.isZero() || timeout.compareTo(LONGEST_REPLY_TIME) > 0) ? LONGEST_REPLY_TIME
				: timeout;
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

	boolean areFrom(RedisConnectionFactory factory) {
		return this.origin == factory;
	}

	boolean isCluster() {
		return this.origin.isClusterAware();
	}

	/**
	 * Creates a client for commands that do not wait. Its connections reconnect by
	 * themselves, except those to nodes of a cluster: another node may have taken over.
	 * @return the client; in a cluster the addresses of nodes are given with each
	 * connection
	 */
	LeanRedisClient createCommandClient() {
		ClientOptions base = base();
		ClientOptions options = options(base.mutate(), base, !isCluster()).build();
		return isCluster() ? client(new RedisURI(), options) : lean(options);
	}

	/**
	 * Returns how to connect to the nodes of a cluster.
	 * @return the addresses, first those that the application names
	 */
	NodeAddresses nodeAddresses() {
		AbstractRedisClient client = create(base());
		Object uris = new DirectFieldAccessor(client).getPropertyValue("initialUris");
		client.shutdownAsync(0, 0, TimeUnit.SECONDS);
		List<RedisURI> named = new ArrayList<>();
		((Iterable<?>) Objects.requireNonNull(uris)).forEach((uri) -> named.add((RedisURI) uri));
		return new NodeAddresses(named, this.replyTimeout);
	}

	/**
	 * Creates a client for connections that wait in Redis or carry subscriptions, and
	 * never reconnect.
	 * @return the client; in a cluster the addresses of nodes are given with each
	 * connection
	 */
	LeanRedisClient createConsumerClient() {
		return createConsumerClient(consumerProtocol(base()));
	}

	/**
	 * Creates a client for connections that carry subscriptions to sharded channels, and
	 * never reconnect. The driver knows these in RESP3 only: in RESP2 it takes their
	 * messages for the answer to a ping that is under way, and does not unsubscribe while
	 * there are others.
	 * @return the client; in a cluster the addresses of nodes are given with each
	 * connection
	 */
	LeanRedisClient createShardClient() {
		return createConsumerClient(ProtocolVersion.RESP3);
	}

	private LeanRedisClient createConsumerClient(@Nullable ProtocolVersion protocol) {
		ClientOptions base = base();
		if (!isCluster()) {
			return lean(options(base.mutate(), base, false).protocolVersion(protocol).build());
		}
		return client(new RedisURI(),
				options(ClientOptions.builder().protocolVersion(protocol).sslOptions(base.getSslOptions()), base, false)
					.build());
	}

	/**
	 * The driver parses messages pushed by RESP3 twice, which was a quarter of the I/O
	 * thread's work for a message on a channel. Only RESP3 lets a connection with
	 * subscriptions send new credentials.
	 */
	private static @Nullable ProtocolVersion consumerProtocol(ClientOptions base) {
		return (base.getReauthenticateBehaviour() == ClientOptions.ReauthenticateBehavior.ON_NEW_CREDENTIALS)
				? base.getConfiguredProtocolVersion() : ProtocolVersion.RESP2;
	}

	private ClientOptions base() {
		return this.origin.getClientConfiguration().getClientOptions().orElseGet(ClientOptions::create);
	}

	/** Reads the address, which the factory's client does not expose. */
	private LeanRedisClient lean(ClientOptions options) {
		Object uri = new DirectFieldAccessor(create(options)).getPropertyValue("redisURI");
		RedisURI address = (RedisURI) Objects.requireNonNull(uri);
		// also for the login, so that a server that hangs then is left as soon
		address.setTimeout(this.replyTimeout);
		address.getSentinels().forEach((sentinel) -> sentinel.setTimeout(this.replyTimeout));
		return client(address, options);
	}

	private LeanRedisClient client(RedisURI uri, ClientOptions options) {
		return new LeanRedisClient(this.resources, uri, options, LONGEST_REPLY_TIME);
	}

	private AbstractRedisClient create(ClientOptions options) {
		DerivedConfiguration derived = new DerivedConfiguration(this.origin.getClientConfiguration(), options,
				this.resources);
		return new NativeClientFactory(configuration(), derived).newClient();
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

	private static SocketOptions socketOptions(SocketOptions base) {
		SocketOptions.Builder options = base.mutate();
		options.keepAlive(KeepAliveOptions.builder()
			.enable()
			.idle(Duration.ofSeconds(10))
			.interval(Duration.ofSeconds(5))
			.count(3)
			.build());
		// only the native transport can set it; others rely on the timeout of each read
		if (EpollProvider.isAvailable() && !base.isEnableTcpUserTimeout()) {
			options.tcpUserTimeout(TcpUserTimeoutOptions.builder().enable().tcpUserTimeout(LONGEST_REPLY_TIME).build());
		}
		return options.build();
	}

	/**
	 * The factory exposes its configuration by kind, but not one given to its general
	 * constructor: user names and databases would be missing.
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
	 * Makes the creation of a client accessible, which the connection factory protects.
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
