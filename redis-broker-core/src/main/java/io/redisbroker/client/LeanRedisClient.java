package io.redisbroker.client;

import java.time.Duration;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisAsyncCommandsImpl;
import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisReactiveCommandsImpl;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StatefulRedisConnectionImpl;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.protocol.PushHandler;
import io.lettuce.core.pubsub.PubSubEndpoint;
import io.lettuce.core.pubsub.RedisPubSubAsyncCommandsImpl;
import io.lettuce.core.pubsub.RedisPubSubReactiveCommandsImpl;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnectionImpl;
import io.lettuce.core.pubsub.api.sync.RedisPubSubCommands;
import io.lettuce.core.resource.ClientResources;
import org.jspecify.annotations.Nullable;

/**
 * A client whose connections have no methods for single commands, since commands are
 * dispatched here: {@code sync()}, {@code async()} and {@code reactive()} are null. With
 * them the driver makes a proxy with hundreds of methods for each kind of connection, and
 * loads what all commands need, before an application can start.
 */
final class LeanRedisClient extends RedisClient {

	private final RedisURI uri;

	LeanRedisClient(ClientResources resources, RedisURI uri, ClientOptions options) {
		super(resources, uri);
		this.uri = uri;
		setOptions(options);
	}

	/** Where it connects to if not told otherwise. */
	RedisURI uri() {
		return this.uri;
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

	private static final class Connection<K, V> extends StatefulRedisConnectionImpl<K, V> {

		Connection(RedisChannelWriter writer, PushHandler pushHandler, RedisCodec<K, V> codec, Duration timeout) {
			super(writer, pushHandler, codec, timeout);
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

		PubSubConnection(PubSubEndpoint<K, V> endpoint, RedisChannelWriter writer, RedisCodec<K, V> codec,
				Duration timeout) {
			super(endpoint, writer, codec, timeout);
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
