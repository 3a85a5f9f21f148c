package io.redisbroker.client;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals between instances that say "look now", so that what one hands back another
 * takes at once although both look only seldom. Pub/sub on one connection for all
 * listeners; best effort, since a signal that gets lost costs time and never a message.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class WakeUps {

	private static final Logger logger = LoggerFactory.getLogger(WakeUps.class);

	private final Map<String, List<Runnable>> listeners = new ConcurrentHashMap<>();

	private final AbstractRedisClient client;

	private final Executor executor;

	private final Executor later;

	private @Nullable StatefulRedisPubSubConnection<String, String> connection;

	private boolean closed;

	WakeUps(AbstractRedisClient client, Executor executor) {
		this.client = client;
		this.executor = executor;
		this.later = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, executor);
	}

	/**
	 * Returns the channel that scripts publish to for a stream or queue.
	 * @param name the stream or queue
	 * @return the channel
	 */
	public static String channel(String name) {
		return Keys.companion(name, "wake");
	}

	/**
	 * Calls back when a signal for a stream or queue arrives. Returns at once; the
	 * subscription follows, and is tried again until Redis is there.
	 * @param name the stream or queue
	 * @param listener called on an I/O thread, so it must not block
	 * @return ends the notifications of this listener
	 */
	public Runnable listen(String name, Runnable listener) {
		String channel = channel(name);
		this.listeners.computeIfAbsent(channel, (it) -> new CopyOnWriteArrayList<>()).add(listener);
		this.executor.execute(() -> subscribe(channel));
		return () -> this.listeners.getOrDefault(channel, List.of()).remove(listener);
	}

	private synchronized void subscribe(String channel) {
		if (this.closed) {
			return;
		}
		try {
			connection().async().subscribe(channel).exceptionally((failure) -> {
				logger.warn("No wake-up signals on channel '{}', so what others hand back is taken later: {}", channel,
						failure.getMessage());
				return null;
			});
		}
		catch (RedisException ex) {
			logger.debug("No subscription to wake-up signals yet", ex);
			this.later.execute(() -> subscribe(channel));
		}
	}

	private StatefulRedisPubSubConnection<String, String> connection() {
		StatefulRedisPubSubConnection<String, String> current = this.connection;
		if (current == null) {
			current = connect();
			current.addListener(new RedisPubSubAdapter<>() {

				@Override
				public void message(String channel, String message) {
					WakeUps.this.listeners.getOrDefault(channel, List.of()).forEach(Runnable::run);
				}

			});
			this.connection = current;
		}
		return current;
	}

	private StatefulRedisPubSubConnection<String, String> connect() {
		return (this.client instanceof RedisClusterClient cluster) ? cluster.connectPubSub(StringCodec.UTF8)
				: ((RedisClient) this.client).connectPubSub(StringCodec.UTF8);
	}

	/** Subscribes no more. The connection ends with its client. */
	synchronized void close() {
		this.closed = true;
	}

}
