package io.redisbroker.client;

import io.lettuce.core.resource.NettyCustomizer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;

/**
 * What each connection has besides the driver's handlers. What is written while replies
 * are handled goes out together: a reply often leads to several commands, and each would
 * cost a system call here and one in Redis. And the end of each read is known, see
 * {@link IoThread}.
 */
final class ConnectionPipeline implements NettyCustomizer {

	private final NettyCustomizer application;

	/**
	 * Creates a customizer.
	 * @param application what the application wants for its connections
	 */
	ConnectionPipeline(NettyCustomizer application) {
		this.application = application;
	}

	@Override
	public void afterBootstrapInitialized(Bootstrap bootstrap) {
		this.application.afterBootstrapInitialized(bootstrap);
	}

	@Override
	public void afterChannelInitialized(Channel channel) {
		this.application.afterChannelInitialized(channel);
		channel.pipeline().addFirst(IoThread.Reads.INSTANCE, new FlushConsolidationHandler());
	}

}
