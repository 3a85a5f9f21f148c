package io.redisbroker.client;

import java.util.ArrayList;
import java.util.List;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that reads what Redis sends. One read brings up to 64 kB, often hundreds of
 * messages: what has to be done once for all of them waits until the last was taken out.
 */
public final class IoThread {

	private static final Logger logger = LoggerFactory.getLogger(IoThread.class);

	private static final FastThreadLocal<Read> current = new FastThreadLocal<>();

	private IoThread() {
	}

	/**
	 * Has something done by this thread when it has handled all that it has read.
	 * @param task must not block; what it throws is logged
	 * @return whether it will be done: {@code false} in a thread that is not reading
	 */
	public static boolean afterRead(Runnable task) {
		Read read = current.getIfExists();
		return read != null && read.tasks.add(task);
	}

	/**
	 * Tells whether this thread is handling what it has read. It must not wait for Redis
	 * then, whose answer it may have to read itself.
	 * @return whether it is called by such a thread
	 */
	static boolean isReading() {
		return current.getIfExists() != null;
	}

	/** What is to be done after one read. */
	private static final class Read {

		private final List<Runnable> tasks = new ArrayList<>(1);

		void end() {
			// a task may ask for another
			for (int i = 0; i < this.tasks.size(); i++) {
				try {
					this.tasks.get(i).run();
				}
				catch (RuntimeException | Error ex) {
					logger.error("What was read could not be handed over", ex);
				}
			}
		}

	}

	/** Comes first in a pipeline, so that all others are done when it is. */
	@Sharable
	static final class Reads extends ChannelInboundHandlerAdapter {

		static final Reads INSTANCE = new Reads();

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			@Nullable Read outer = current.getIfExists();
			Read read = new Read();
			current.set(read);
			try {
				context.fireChannelRead(message);
				read.end();
			}
			finally {
				current.set(outer);
			}
		}

	}

}
