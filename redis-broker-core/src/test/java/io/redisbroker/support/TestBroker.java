package io.redisbroker.support;

import java.time.Duration;
import java.util.List;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.protocol.ProtocolVersion;
import io.redisbroker.admin.DeadLetters;
import io.redisbroker.admin.Sources;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.directory.RedisDirectory;
import io.redisbroker.client.pubsub.PubSub;
import io.redisbroker.converter.PayloadCodec;
import io.redisbroker.engine.admin.RedisDeadLetters;
import io.redisbroker.engine.admin.RegisteredSources;
import io.redisbroker.engine.channel.ChannelTransport;
import io.redisbroker.engine.queue.QueueTransport;
import io.redisbroker.engine.registry.DefaultListenerRegistry;
import io.redisbroker.engine.stream.StreamTransport;
import io.redisbroker.engine.worker.InstanceName;
import io.redisbroker.engine.worker.ListenerAdvice;
import io.redisbroker.engine.worker.ListenerRuntime;
import io.redisbroker.engine.write.DefaultRedisBroker;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.WorkerExecutors;
import io.redisbroker.observation.BrokerEvents;
import io.redisbroker.observation.BrokerObservations;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisCluster;
import io.redisbroker.test.RedisDeployment;
import io.redisbroker.test.RedisSentinel;
import io.redisbroker.test.RedisServer;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisNode;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * One instance of an application that uses the broker, without Spring Boot. Several in
 * one test stand for several instances.
 */
public final class TestBroker implements AutoCloseable {

	private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(5);

	private final RedisConnections connections;

	private final PubSub pubSub;

	private final RedisDirectory directory;

	private final ListenerRuntime runtime;

	private final DefaultListenerRegistry registry;

	private final RedisBroker broker;

	public TestBroker(RedisDeployment redis, String instance) {
		this(configuration(redis), instance, WorkerExecutors.platformThreads(), BrokerEvents.NONE);
	}

	public TestBroker(RedisDeployment redis) {
		this(redis, InstanceName.of("test"));
	}

	public TestBroker(RedisDeployment redis, String instance, BrokerEvents events) {
		this(configuration(redis), instance, WorkerExecutors.platformThreads(), events);
	}

	public TestBroker(RedisConfiguration redis, String instance, WorkerExecutors executors, BrokerEvents events) {
		this(redis, LettuceClientConfiguration.defaultConfiguration(), instance, executors, events);
	}

	public TestBroker(RedisConfiguration redis, LettuceClientConfiguration client, String instance,
			WorkerExecutors executors, BrokerEvents events) {
		this(redis, client, PubSub.LONGEST_SILENCE, instance, executors, events);
	}

	/** An application with advice around the calls of its listeners. */
	public TestBroker(RedisDeployment redis, BrokerEvents events, ListenerAdvice advice) {
		this(configuration(redis), LettuceClientConfiguration.defaultConfiguration(), PubSub.LONGEST_SILENCE,
				InstanceName.of("test"), WorkerExecutors.platformThreads(), events, BrokerObservations.NONE, advice);
	}

	private TestBroker(RedisConfiguration redis, LettuceClientConfiguration client, Duration longestSilence,
			String instance, WorkerExecutors executors, BrokerEvents events) {
		this(redis, client, longestSilence, instance, executors, events, BrokerObservations.NONE, ListenerAdvice.NONE);
	}

	private TestBroker(RedisConfiguration redis, LettuceClientConfiguration client, Duration longestSilence,
			String instance, WorkerExecutors executors, BrokerEvents events, BrokerObservations observations,
			ListenerAdvice advice) {
		LettuceConnectionFactory factory = new LettuceConnectionFactory(redis, client);
		this.connections = RedisConnections.from(factory);
		this.pubSub = new PubSub(this.connections, longestSilence);
		this.directory = new RedisDirectory(this.connections, this.pubSub);
		this.runtime = new ListenerRuntime(executors, events, observations, advice);
		this.registry = new DefaultListenerRegistry(
				List.of(new StreamTransport(this.connections, this.pubSub, this.runtime, instance),
						new QueueTransport(this.connections, this.pubSub, this.runtime, instance),
						new ChannelTransport(this.connections, this.pubSub, this.runtime)),
				SHUTDOWN_TIMEOUT);
		this.broker = new DefaultRedisBroker(this.directory, codec(), "", observations);
		this.registry.start();
	}

	/** An application with observations. */
	public static TestBroker observed(RedisDeployment redis, BrokerObservations observations) {
		return new TestBroker(configuration(redis), LettuceClientConfiguration.defaultConfiguration(),
				PubSub.LONGEST_SILENCE, InstanceName.of("test"), WorkerExecutors.platformThreads(), BrokerEvents.NONE,
				observations, ListenerAdvice.NONE);
	}

	/** An application with this timeout for replies. */
	public static TestBroker withCommandTimeout(RedisDeployment redis, Duration timeout) {
		return new TestBroker(configuration(redis),
				LettuceClientConfiguration.builder().commandTimeout(timeout).build(), InstanceName.of("test"),
				WorkerExecutors.platformThreads(), BrokerEvents.NONE);
	}

	/** An application that notices dead subscriptions within this time. */
	public static TestBroker withLongestSilence(RedisConfiguration redis, Duration longestSilence,
			BrokerEvents events) {
		return new TestBroker(redis, LettuceClientConfiguration.defaultConfiguration(), longestSilence,
				InstanceName.of("test"), WorkerExecutors.platformThreads(), events);
	}

	public static PayloadCodec codec() {
		return new PayloadCodec(JsonMapper.builder().build());
	}

	/**
	 * All connections speak this protocol. Those of consumers speak RESP2 by themselves,
	 * except where new credentials have to be shown.
	 */
	public static LettuceClientConfiguration speaking(ProtocolVersion protocol) {
		return LettuceClientConfiguration.builder()
			.clientOptions(ClientOptions.builder()
				.protocolVersion(protocol)
				.reauthenticateBehavior(
						(protocol == ProtocolVersion.RESP2) ? ClientOptions.ReauthenticateBehavior.DEFAULT
								: ClientOptions.ReauthenticateBehavior.ON_NEW_CREDENTIALS)
				.build())
			.build();
	}

	public static RedisConfiguration configuration(RedisDeployment redis) {
		if (redis instanceof RedisServer server) {
			return new RedisStandaloneConfiguration(server.host(), server.port());
		}
		if (redis instanceof RedisSentinel sentinel) {
			RedisSentinelConfiguration configuration = new RedisSentinelConfiguration().master(sentinel.masterName());
			sentinel.sentinelPorts().forEach((port) -> configuration.sentinel("127.0.0.1", port));
			return configuration;
		}
		RedisClusterConfiguration configuration = new RedisClusterConfiguration();
		((RedisCluster) redis).nodes()
			.forEach((node) -> configuration.addClusterNode(new RedisNode(node.host(), node.port())));
		return configuration;
	}

	/** Registers a listener, which starts at once. */
	public ListenerContainer listen(ListenerEndpoint endpoint) {
		return this.registry.register(endpoint);
	}

	public RedisBroker broker() {
		return this.broker;
	}

	public DefaultListenerRegistry registry() {
		return this.registry;
	}

	public DeadLetters deadLetters() {
		return new RedisDeadLetters(this.directory, codec(), this.runtime.timer(), this.registry::deadLetterSources,
				this.registry::redrive);
	}

	public RedisDirectory directory() {
		return this.directory;
	}

	public Sources sources() {
		return new RegisteredSources(this.registry);
	}

	public PubSub pubSub() {
		return this.pubSub;
	}

	public RedisConnections connections() {
		return this.connections;
	}

	/**
	 * Disconnects from Redis for ever, so that it can't hand back messages, as if it were
	 * killed.
	 */
	public void cutOff() {
		this.pubSub.close();
		this.connections.close();
	}

	/** Stops listeners gracefully, as at the shutdown of an application. */
	@Override
	public void close() {
		this.registry.stop();
		this.runtime.close();
		this.pubSub.close();
		this.connections.close();
	}

}
