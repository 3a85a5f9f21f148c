package io.redisbroker.engine.channel;

import java.util.List;

import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.client.RedisConnections;
import io.redisbroker.client.directory.ConnectedRedis;
import io.redisbroker.client.pubsub.PubSub;
import io.redisbroker.deadletter.DeadLetterSource;
import io.redisbroker.engine.push.PushListenerContainer;
import io.redisbroker.engine.registry.Redrive;
import io.redisbroker.engine.registry.RequiredCommand;
import io.redisbroker.engine.registry.Transport;
import io.redisbroker.engine.worker.ListenerRuntime;
import io.redisbroker.listener.ListenerConfiguration;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerEndpoint;

/**
 * Listens to channels.
 */
public final class ChannelTransport implements Transport {

	private final RedisConnections connections;

	private final PubSub pubSub;

	private final ListenerRuntime runtime;

	private final ListenerConfiguration configuration;

	/**
	 * Creates the transport.
	 * @param connections the connections to Redis
	 * @param pubSub makes the subscriptions
	 * @param runtime the resources that containers share
	 */
	public ChannelTransport(RedisConnections connections, PubSub pubSub, ListenerRuntime runtime) {
		this(connections, pubSub, runtime, ListenerConfiguration.NONE);
	}

	/**
	 * Creates the transport.
	 * @param connections the connections to Redis
	 * @param pubSub makes the subscriptions
	 * @param runtime the resources that containers share
	 * @param configuration the application's configuration of its listeners
	 */
	public ChannelTransport(RedisConnections connections, PubSub pubSub, ListenerRuntime runtime,
			ListenerConfiguration configuration) {
		this.connections = connections;
		this.pubSub = pubSub;
		this.runtime = runtime;
		this.configuration = configuration;
	}

	@Override
	public ChannelTransport on(ConnectedRedis redis) {
		return new ChannelTransport(redis.connections(), redis.pubSub(), this.runtime, this.configuration);
	}

	@Override
	public boolean supports(ListenerEndpoint endpoint) {
		return endpoint instanceof ChannelEndpoint;
	}

	@Override
	public ChannelEndpoint configure(ListenerEndpoint endpoint) {
		return ((ChannelEndpoint) endpoint).configured(this.configuration);
	}

	@Override
	public ListenerContainer createContainer(ListenerEndpoint endpoint) {
		ChannelEndpoint channel = (ChannelEndpoint) endpoint;
		return new PushListenerContainer(channel, new ChannelFeed(this.connections, this.pubSub, channel, this.runtime),
				channel.bufferSize(), channel.overflow(), this.runtime);
	}

	@Override
	public Redrive redrive(DeadLetterSource source) {
		throw new IllegalArgumentException("Messages of channel '" + source.source()
				+ "' can't be put back, since Redis keeps none: publish the message again and delete its dead letter");
	}

	@Override
	public List<RequiredCommand> requiredCommands(ListenerEndpoint endpoint) {
		return ChannelRights.of((ChannelEndpoint) endpoint);
	}

}
