package io.redisbroker.client;

import io.lettuce.core.resource.NettyCustomizer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;

/**
 * Adds handlers to the pipeline of each connection. Commands written while replies are
 * handled are flushed together: a reply often leads to several commands, and each flush
 * costs a system call here and one in Redis. The end of each read is reported to
 * {@link IoThread}.
 */
final class ConnectionPipeline implements NettyCustomizer {

	private final NettyCustomizer application;

	/**
	 * Creates a customizer.
	 * @param application the application's own customizer
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
