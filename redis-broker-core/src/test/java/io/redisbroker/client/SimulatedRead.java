package io.redisbroker.client;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;

/**
 * Makes this thread act as a thread that reads from Redis, while an action runs.
 */
public final class SimulatedRead {

	private SimulatedRead() {
	}

	public static void during(Runnable handling) {
		EmbeddedChannel channel = new EmbeddedChannel(IoThread.Reads.INSTANCE, new Running());
		try {
			channel.writeInbound(handling);
		}
		finally {
			channel.finishAndReleaseAll();
		}
	}

	private static final class Running extends ChannelInboundHandlerAdapter {

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			((Runnable) message).run();
		}

	}

}
