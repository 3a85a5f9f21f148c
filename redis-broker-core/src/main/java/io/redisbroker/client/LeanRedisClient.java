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
 * A client whose connections have no methods for single commands, since commands are
 * dispatched here: {@code sync()}, {@code async()} and {@code reactive()} are null. With
 * them the driver makes a proxy with hundreds of methods for each kind of connection, and
 * loads what all commands need, before an application can start. A connection can be used
 * once it is there.
 */
public final class LeanRedisClient extends RedisClient {

	private final RedisURI uri;

	LeanRedisClient(ClientResources resources, RedisURI uri, ClientOptions options) {
		super(resources, uri);
		this.uri = uri;
		setOptions(options);
	}

	/** Where it connects to if not told otherwise. */
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
		return super.connectAsync(codec, server).thenCompose(LeanRedisClient::active);
	}

	@Override
	public <K, V> StatefulRedisPubSubConnection<K, V> connectPubSub(RedisCodec<K, V> codec) {
		return getConnection(connectPubSubAsync(codec, this.uri));
	}

	@Override
	public <K, V> ConnectionFuture<StatefulRedisPubSubConnection<K, V>> connectPubSubAsync(RedisCodec<K, V> codec,
			RedisURI server) {
		return super.connectPubSubAsync(codec, server).thenCompose(LeanRedisClient::active);
	}

	/**
	 * The driver logs in by other threads than its I/O threads, and may say that it has
	 * connected before the I/O thread knows: what is sent in between is refused.
	 */
	private static <C extends StatefulConnection<?, ?>> CompletionStage<C> active(C connection) {
		return ((Activated) connection).activation()
			.orTimeout(LettuceClients.LONGEST_SILENCE.toMillis(), TimeUnit.MILLISECONDS)
			.handle((nothing, failure) -> {
				if (failure != null) {
					connection.closeAsync();
					throw new RedisConnectionException("Connected, but the I/O thread does not answer", failure);
				}
				return connection;
			});
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

	/** A connection of which is known whether commands can be sent. */
	private interface Activated {

		CompletableFuture<Void> activation();

	}

	/** Closes once, whoever asks. */
	private static final class Closing {

		private @Nullable CompletableFuture<Void> end;

		synchronized CompletableFuture<Void> once(Supplier<CompletableFuture<Void>> close) {
			CompletableFuture<Void> begun = this.end;
			if (begun == null) {
				begun = close.get();
				this.end = begun;
			}
			return begun;
		}

	}

	private static final class Activation implements RedisConnectionStateListener {

		private final CompletableFuture<Void> done = new CompletableFuture<>();

		@Override
		public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress address) {
			this.done.complete(null);
		}

		/** Whoever sends is told. */
		@Override
		public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
			this.done.complete(null);
		}

	}

	private static final class Connection<K, V> extends StatefulRedisConnectionImpl<K, V> implements Activated {

		private final Activation activation = new Activation();

		private final Closing closing = new Closing();

		Connection(RedisChannelWriter writer, PushHandler pushHandler, RedisCodec<K, V> codec, Duration timeout) {
			super(writer, pushHandler, codec, timeout);
			addListener(this.activation);
		}

		@Override
		public CompletableFuture<Void> activation() {
			return this.activation.done;
		}

		/** The client closes what it has opened, and warns of what is closed already. */
		@Override
		public CompletableFuture<Void> closeAsync() {
			return this.closing.once(super::closeAsync);
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

	private static final class PubSubConnection<K, V> extends StatefulRedisPubSubConnectionImpl<K, V>
			implements Activated {

		private final Activation activation = new Activation();

		private final Closing closing = new Closing();

		PubSubConnection(PubSubEndpoint<K, V> endpoint, RedisChannelWriter writer, RedisCodec<K, V> codec,
				Duration timeout) {
			super(endpoint, writer, codec, timeout);
			addListener(this.activation);
		}

		@Override
		public CompletableFuture<Void> activation() {
			return this.activation.done;
		}

		/** The client closes what it has opened, and warns of what is closed already. */
		@Override
		public CompletableFuture<Void> closeAsync() {
			return this.closing.once(super::closeAsync);
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
