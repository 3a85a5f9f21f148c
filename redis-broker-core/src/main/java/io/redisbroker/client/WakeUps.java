package io.redisbroker.client;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

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

	private @Nullable StatefulRedisPubSubConnection<String, String> connection;

	WakeUps(AbstractRedisClient client, Executor executor) {
		this.client = client;
		this.executor = executor;
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
	 * Calls back when a signal for a stream or queue arrives. Returns at once; where the
	 * subscription fails, this is logged and signals are missed.
	 * @param name the stream or queue
	 * @param listener called on an I/O thread, so it must not block
	 * @return ends the subscription of this listener
	 */
	public Runnable listen(String name, Runnable listener) {
		String channel = channel(name);
		this.listeners.computeIfAbsent(channel, (it) -> new CopyOnWriteArrayList<>()).add(listener);
		this.executor.execute(() -> subscribe(channel));
		return () -> {
			List<Runnable> rest = this.listeners.get(channel);
			if (rest != null) {
				rest.remove(listener);
			}
		};
	}

	private synchronized void subscribe(String channel) {
		try {
			if (this.connection == null) {
				this.connection = connect();
				this.connection.addListener(new RedisPubSubAdapter<>() {

					@Override
					public void message(String from, String message) {
						WakeUps.this.listeners.getOrDefault(from, List.of()).forEach(Runnable::run);
					}

				});
			}
			this.connection.async().subscribe(channel).exceptionally((failure) -> {
				logger.warn("No wake-up signals on channel '{}', so handed back messages are taken with a delay: {}",
						channel, failure.getMessage());
				return null;
			});
		}
		catch (RedisException ex) {
			logger.warn("No wake-up signals on channel '{}' yet, so handed back messages are taken with a delay: {}",
					channel, ex.getMessage());
		}
	}

	private StatefulRedisPubSubConnection<String, String> connect() {
		return (this.client instanceof RedisClusterClient cluster) ? cluster.connectPubSub(StringCodec.UTF8)
				: ((RedisClient) this.client).connectPubSub(StringCodec.UTF8);
	}

	/**
	 * Subscribes again where an earlier try found no Redis.
	 */
	public void retry() {
		this.executor.execute(() -> {
			synchronized (this) {
				if (this.connection == null) {
					this.listeners.keySet().forEach(this::subscribe);
				}
			}
		});
	}

	synchronized void close() {
		if (this.connection != null) {
			this.connection.closeAsync();
		}
	}

}
