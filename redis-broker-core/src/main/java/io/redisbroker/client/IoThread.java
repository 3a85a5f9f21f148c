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
 * The thread that reads from Redis. One read brings up to 64 kB, often hundreds of
 * messages; a task that serves all of them runs once, after the last. Thread-safe.
 */
public final class IoThread {

	private static final Logger logger = LoggerFactory.getLogger(IoThread.class);

	private static final FastThreadLocal<Read> current = new FastThreadLocal<>();

	private IoThread() {
	}

	/**
	 * Runs a task on this thread after all replies of the current read.
	 * @param task must not block; runs once per read even if it is added several times;
	 * its exceptions are logged
	 * @return whether it will run: {@code false} on a thread that is not reading
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
	 * @throws IllegalStateException when this thread is handling replies
	 */
	public static void checkMayWait() {
		if (current.getIfExists() != null) {
			throw new IllegalStateException("Called on the thread that reads from Redis, which can't wait for "
					+ "a reply of Redis, so nothing was sent. In a callback of a redis-broker future, or in a listener "
					+ "without a worker, use a method that returns a future, such as sendAsync, or hand over to another "
					+ "thread");
		}
	}

	/** The tasks to run after the current read. */
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
				logger.error("A task after a read from Redis failed", ex);
			}
		}

	}

	/** Stands first in the pipeline, so that all other handlers are done before it. */
	@Sharable
	static final class Reads extends ChannelInboundHandlerAdapter {

		static final Reads INSTANCE = new Reads();

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			handle(() -> context.fireChannelRead(message));
		}

		/** Completes futures, whose callbacks run here. */
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
