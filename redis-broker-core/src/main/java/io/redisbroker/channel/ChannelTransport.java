package io.redisbroker.channel;

import java.util.List;

import io.redisbroker.client.RedisConnections;
import io.redisbroker.listener.ListenerConfiguration;
import io.redisbroker.listener.ListenerContainer;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerRuntime;
import io.redisbroker.listener.PushListenerContainer;
import io.redisbroker.listener.RequiredCommand;
import io.redisbroker.listener.Transport;

/**
 * Listens to channels.
 *
 * @since 0.1.0
 */
public final class ChannelTransport implements Transport {

	static final String SOURCE_TYPE = "channel";

	private final RedisConnections connections;

	private final ListenerRuntime runtime;

	private final ListenerConfiguration configuration;

	/**
	 * Creates the transport.
	 * @param connections where subscriptions are made
	 * @param runtime what containers share
	 */
	public ChannelTransport(RedisConnections connections, ListenerRuntime runtime) {
		this(connections, runtime, ListenerConfiguration.NONE);
	}

	/**
	 * Creates the transport.
	 * @param connections where subscriptions are made
	 * @param runtime what containers share
	 * @param configuration the application's configuration of its listeners
	 */
	public ChannelTransport(RedisConnections connections, ListenerRuntime runtime,
			ListenerConfiguration configuration) {
		this.connections = connections;
		this.runtime = runtime;
		this.configuration = configuration;
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
		return new PushListenerContainer(channel, new ChannelFeed(this.connections, channel, this.runtime),
				channel.bufferSize(), channel.overflow(), this.runtime);
	}

	@Override
	public List<RequiredCommand> requiredCommands(ListenerEndpoint endpoint) {
		return ChannelRights.of((ChannelEndpoint) endpoint);
	}

}
