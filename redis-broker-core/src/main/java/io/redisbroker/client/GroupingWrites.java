package io.redisbroker.client;

import io.lettuce.core.resource.NettyCustomizer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;

/**
 * Has what is written while replies are handled go out together: a reply often leads to
 * several commands, and each would cost a system call here and one in Redis.
 */
final class GroupingWrites implements NettyCustomizer {

	private final NettyCustomizer application;

	/**
	 * Creates a customizer.
	 * @param application what the application wants for its connections
	 */
	GroupingWrites(NettyCustomizer application) {
		this.application = application;
	}

	@Override
	public void afterBootstrapInitialized(Bootstrap bootstrap) {
		this.application.afterBootstrapInitialized(bootstrap);
	}

	@Override
	public void afterChannelInitialized(Channel channel) {
		this.application.afterChannelInitialized(channel);
		channel.pipeline().addFirst(new FlushConsolidationHandler());
	}

}
