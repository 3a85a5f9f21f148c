package io.redisbroker.client;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ConnectionFuture;
import io.lettuce.core.RedisAsyncCommandsImpl;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisReactiveCommandsImpl;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StatefulRedisConnectionImpl;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.protocol.PushHandler;
import io.lettuce.core.pubsub.PubSubEndpoint;
import io.lettuce.core.pubsub.RedisPubSubAsyncCommandsImpl;
import io.lettuce.core.pubsub.RedisPubSubReactiveCommandsImpl;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnectionImpl;
import io.lettuce.core.pubsub.api.sync.RedisPubSubCommands;
import io.lettuce.core.resource.ClientResources;
import org.jspecify.annotations.Nullable;

/**
 * A client whose connections only dispatch commands: {@code sync()}, {@code async()} and
 * {@code reactive()} are null. With them the driver would make a proxy with hundreds of
 * methods for each kind of connection, and load the classes of all commands, before an
 * application can start. A returned connection is active.
 */
public final class LeanRedisClient extends RedisClient {

	private final RedisURI uri;

	private final Duration activation;

	/**
	 * Creates a client.
	 * @param resources the threads
	 * @param uri the server to connect to by default
	 * @param options the options
	 * @param activation how long the I/O thread may take to activate a new connection
	 */
	LeanRedisClient(ClientResources resources, RedisURI uri, ClientOptions options, Duration activation) {
		super(resources, uri);
		this.uri = uri;
		this.activation = activation;
		setOptions(options);
	}

	/** The server to connect to by default. */
	public RedisURI uri() {
		return this.uri;
	}

	@Override
	public <K, V> StatefulRedisConnection<K, V> connect(RedisCodec<K, V> codec) {
		return connect(codec, this.uri);
	}

	@Override
	public <K, V> StatefulRedisConnection<K, V> connect(RedisCodec<K, V> codec, RedisURI server) {
		return getConnection(connectAsync(codec, server));
	}

	@Override
	public <K, V> ConnectionFuture<StatefulRedisConnection<K, V>> connectAsync(RedisCodec<K, V> codec,
			RedisURI server) {
		return super.connectAsync(codec, server).thenCompose(this::active);
	}

	@Override
	public <K, V> StatefulRedisPubSubConnection<K, V> connectPubSub(RedisCodec<K, V> codec) {
		return getConnection(connectPubSubAsync(codec, this.uri));
	}

	@Override
	public <K, V> ConnectionFuture<StatefulRedisPubSubConnection<K, V>> connectPubSubAsync(RedisCodec<K, V> codec,
			RedisURI server) {
		return super.connectPubSubAsync(codec, server).thenCompose(this::active);
	}

	/**
	 * The driver logs in on other threads, and may complete the connection before its I/O
	 * thread has activated it: commands sent in between are refused.
	 */
	private <C extends StatefulConnection<?, ?>> CompletionStage<C> active(C connection) {
		return lifeOf(connection).active.orTimeout(this.activation.toMillis(), TimeUnit.MILLISECONDS)
			.handle((nothing, failure) -> {
				if (failure != null) {
					connection.closeAsync();
					throw new RedisConnectionException("Connected, but the I/O thread does not answer", failure);
				}
				return connection;
			});
	}

	private static Life lifeOf(StatefulConnection<?, ?> connection) {
		return (connection instanceof PubSubConnection<?, ?> pubSub) ? pubSub.life
				: ((Connection<?, ?>) connection).life;
	}

	@Override
	protected <K, V> StatefulRedisConnectionImpl<K, V> newStatefulRedisConnection(RedisChannelWriter writer,
			PushHandler pushHandler, RedisCodec<K, V> codec, Duration timeout) {
		return new Connection<>(writer, pushHandler, codec, timeout);
	}

	@Override
	protected <K, V> StatefulRedisPubSubConnectionImpl<K, V> newStatefulRedisPubSubConnection(
			PubSubEndpoint<K, V> endpoint, RedisChannelWriter writer, RedisCodec<K, V> codec, Duration timeout) {
		return new PubSubConnection<>(endpoint, writer, codec, timeout);
	}

	/** The life of a connection: activated by the I/O thread, and closed once. */
	private static final class Life implements RedisConnectionStateListener {

		private final CompletableFuture<Void> active = new CompletableFuture<>();

		private @Nullable CompletableFuture<Void> end;

		@Override
		public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress address) {
			this.active.complete(null);
		}

		/** Commands on a connection that broke fail by themselves. */
		@Override
		public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
			this.active.complete(null);
		}

		/** The client closes its connections too, and warns if one is already closed. */
		synchronized CompletableFuture<Void> close(Supplier<CompletableFuture<Void>> close) {
			CompletableFuture<Void> begun = this.end;
			if (begun == null) {
				begun = close.get();
				this.end = begun;
			}
			return begun;
		}

	}

	private static final class Connection<K, V> extends StatefulRedisConnectionImpl<K, V> {

		private final Life life = new Life();

		Connection(RedisChannelWriter writer, PushHandler pushHandler, RedisCodec<K, V> codec, Duration timeout) {
			super(writer, pushHandler, codec, timeout);
			addListener(this.life);
		}

		@Override
		public CompletableFuture<Void> closeAsync() {
			return this.life.close(super::closeAsync);
		}

		@Override
		protected @Nullable RedisAsyncCommandsImpl<K, V> newRedisAsyncCommandsImpl() {
			return null;
		}

		@Override
		protected @Nullable RedisCommands<K, V> newRedisSyncCommandsImpl() {
			return null;
		}

		@Override
		protected @Nullable RedisReactiveCommandsImpl<K, V> newRedisReactiveCommandsImpl() {
			return null;
		}

	}

	private static final class PubSubConnection<K, V> extends StatefulRedisPubSubConnectionImpl<K, V> {

		private final Life life = new Life();

		PubSubConnection(PubSubEndpoint<K, V> endpoint, RedisChannelWriter writer, RedisCodec<K, V> codec,
				Duration timeout) {
			super(endpoint, writer, codec, timeout);
			addListener(this.life);
		}

		@Override
		public CompletableFuture<Void> closeAsync() {
			return this.life.close(super::closeAsync);
		}

		@Override
		protected @Nullable RedisPubSubAsyncCommandsImpl<K, V> newRedisAsyncCommandsImpl() {
			return null;
		}

		@Override
		protected @Nullable RedisPubSubCommands<K, V> newRedisSyncCommandsImpl() {
			return null;
		}

		@Override
		protected @Nullable RedisPubSubReactiveCommandsImpl<K, V> newRedisReactiveCommandsImpl() {
			return null;
		}

	}

}
