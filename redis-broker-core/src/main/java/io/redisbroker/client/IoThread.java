package io.redisbroker.client;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

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
 * Thread-safe.
 */
public final class IoThread {

	private static final Logger logger = LoggerFactory.getLogger(IoThread.class);

	private static final FastThreadLocal<Read> current = new FastThreadLocal<>();

	private IoThread() {
	}

	/**
	 * Has something done by this thread when it has handled all that it has read.
	 * @param task must not block; asked for again before that, it is done once all the
	 * same; what it throws is logged
	 * @return whether it will be done: {@code false} in a thread that is not reading
	 */
	public static boolean afterRead(Runnable task) {
		Read read = current.getIfExists();
		if (read == null) {
			return false;
		}
		read.tasks.add(task);
		return true;
	}

	/**
	 * Refuses to wait for Redis in a thread that may have to read the answer itself.
	 * @throws IllegalStateException when this thread handles what it has read
	 */
	public static void checkMayWait() {
		if (current.getIfExists() != null) {
			throw new IllegalStateException("Called by the thread that reads what Redis sends, which can't wait for "
					+ "an answer of Redis, so nothing was sent. Here, in what follows a future of redis-broker or in "
					+ "a listener without a worker, use a method that returns a future, such as sendAsync, or hand "
					+ "over to another thread");
		}
	}

	/** What is to be done after one read. */
	private static final class Read {

		private final Set<Runnable> tasks = new LinkedHashSet<>(4);

		void end() {
			while (!this.tasks.isEmpty()) {
				List<Runnable> due = List.copyOf(this.tasks);
				this.tasks.clear();
				due.forEach(Read::run);
			}
		}

		private static void run(Runnable task) {
			try {
				task.run();
			}
			catch (RuntimeException | Error ex) {
				logger.error("What was read could not be handed over", ex);
			}
		}

	}

	/** Comes first in a pipeline, so that all others are done when it is. */
	@Sharable
	static final class Reads extends ChannelInboundHandlerAdapter {

		static final Reads INSTANCE = new Reads();

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			handle(() -> context.fireChannelRead(message));
		}

		/** What waits for an answer hears of it here. */
		@Override
		public void channelInactive(ChannelHandlerContext context) {
			handle(context::fireChannelInactive);
		}

		private static void handle(Runnable handling) {
			@Nullable Read outer = current.getIfExists();
			Read read = new Read();
			current.set(read);
			try {
				handling.run();
			}
			finally {
				try {
					read.end();
				}
				finally {
					current.set(outer);
				}
			}
		}

	}

}
