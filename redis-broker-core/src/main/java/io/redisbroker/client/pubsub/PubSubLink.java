package io.redisbroker.client.pubsub;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.pubsub.PubSubOutput;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.redisbroker.client.LettuceConnection;
import io.redisbroker.failure.RedisErrorException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one node, which carries subscriptions until it breaks; it never
 * reconnects. Messages and confirmations go to an {@link Observer}. Each topic has a
 * command of its own, because a command can't mix slots.
 */
final class PubSubLink {

	private static final long LONG_SILENCE = TimeUnit.MILLISECONDS.toNanos(500);

	private final String node;

	private final Observer observer;

	private volatile @Nullable StatefulRedisPubSubConnection<String, byte[]> connection;

	private volatile boolean closed;

	private final AtomicLong heardAt = new AtomicLong(System.nanoTime());

	/** When the unanswered ping was sent; 0 if there is none. */
	private volatile long pingedAt;

	PubSubLink(String node, Observer observer) {
		this.node = node;
		this.observer = observer;
	}

	void open(CompletableFuture<StatefulRedisPubSubConnection<String, byte[]>> connecting, Duration patience) {
		connecting.copy().orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS).whenComplete((nothing, failure) -> {
			if (failure != null) {
				this.closed = true;
				this.observer.failed(this, LettuceConnection.translate(failure));
			}
		});
		connecting.thenAccept(this::opened);
	}

	private void opened(StatefulRedisPubSubConnection<String, byte[]> established) {
		established.addListener(new Messages());
		established.addListener(new RedisConnectionStateListener() {

			@Override
			public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
				PubSubLink.this.observer.closed(PubSubLink.this);
			}

		});
		this.heardAt.set(System.nanoTime());
		this.connection = established;
		if (this.closed) {
			established.closeAsync();
		}
		else if (established.isOpen()) {
			this.observer.opened(this);
		}
		else {
			this.observer.closed(this);
		}
	}

	String node() {
		return this.node;
	}

	boolean isOpen() {
		return this.connection != null && !this.closed;
	}

	/** When the node was last heard, as {@code nanoTime}. */
	long heardAt() {
		return this.heardAt.get();
	}

	/** How long a ping is unanswered, in nanoseconds; 0 if none is. */
	long unansweredFor(long now) {
		long pinged = this.pingedAt;
		return (pinged != 0) ? now - pinged : 0;
	}

	void ping(long now) {
		this.pingedAt = now;
		send(CommandType.PING, new StatusOutput<>(LettuceConnection.CHANNELS), null).whenComplete((pong, failure) -> {
			// a refused ping is an answer, too
			if (failure == null || LettuceConnection.translate(failure) instanceof RedisErrorException) {
				heard();
			}
		});
	}

	/** Fails when Redis refuses; success is reported to the observer. */
	CompletionStage<?> subscribe(Topic topic) {
		return send(switch (topic.kind()) {
			case CHANNEL -> CommandType.SUBSCRIBE;
			case PATTERN -> CommandType.PSUBSCRIBE;
			case SHARD -> CommandType.SSUBSCRIBE;
		}, topic);
	}

	/** Fails when Redis refuses; success is reported to the observer. */
	CompletionStage<?> unsubscribe(Topic topic) {
		return send(switch (topic.kind()) {
			case CHANNEL -> CommandType.UNSUBSCRIBE;
			case PATTERN -> CommandType.PUNSUBSCRIBE;
			case SHARD -> CommandType.SUNSUBSCRIBE;
		}, topic);
	}

	private CompletionStage<?> send(CommandType type, Topic topic) {
		return send(type, new PubSubOutput<>(LettuceConnection.CHANNELS),
				new CommandArgs<>(LettuceConnection.CHANNELS).addKey(topic.name()));
	}

	private <T> CompletionStage<T> send(CommandType type, CommandOutput<String, byte[], T> output,
			@Nullable CommandArgs<String, byte[]> args) {
		StatefulRedisPubSubConnection<String, byte[]> current = this.connection;
		return (current != null) ? LettuceConnection.dispatch(current, type, output, args)
				: CompletableFuture.failedFuture(new RedisException("Currently not connected"));
	}

	CompletableFuture<Void> close() {
		this.closed = true;
		StatefulRedisPubSubConnection<String, byte[]> current = this.connection;
		return (current != null) ? current.closeAsync() : CompletableFuture.completedFuture(null);
	}

	/** Called for each message, so it uses no full memory barrier. */
	private void heard() {
		long now = System.nanoTime();
		long pinged = this.pingedAt;
		if (pinged != 0) {
			this.pingedAt = 0;
			if (now - pinged > LONG_SILENCE) {
				this.observer.silent(this, this.heardAt.get());
			}
		}
		this.heardAt.lazySet(now);
	}

	@Override
	public String toString() {
		return this.node;
	}

	/** Called on I/O threads; must not block. */
	interface Observer {

		void opened(PubSubLink link);

		void failed(PubSubLink link, Throwable cause);

		void closed(PubSubLink link);

		void message(PubSubLink link, Topic topic, String channel, byte[] payload);

		void subscribed(PubSubLink link, Topic topic);

		/** Also without a request, as after the move of a slot. */
		void unsubscribed(PubSubLink link, Topic topic);

		/** The node answers again after it has left a ping unanswered. */
		void silent(PubSubLink link, long since);

	}

	private final class Messages implements RedisPubSubListener<String, byte[]> {

		@Override
		public void message(String channel, byte[] message) {
			received(Topic.Kind.CHANNEL, channel, channel, message);
		}

		@Override
		public void message(String pattern, String channel, byte[] message) {
			received(Topic.Kind.PATTERN, pattern, channel, message);
		}

		@Override
		public void smessage(String channel, byte[] message) {
			received(Topic.Kind.SHARD, channel, channel, message);
		}

		private void received(Topic.Kind kind, String name, String channel, byte[] message) {
			heard();
			PubSubLink.this.observer.message(PubSubLink.this, new Topic(kind, name), channel, message);
		}

		@Override
		public void subscribed(String channel, long count) {
			confirmed(Topic.Kind.CHANNEL, channel, PubSubLink.this.observer::subscribed);
		}

		@Override
		public void psubscribed(String pattern, long count) {
			confirmed(Topic.Kind.PATTERN, pattern, PubSubLink.this.observer::subscribed);
		}

		@Override
		public void ssubscribed(String channel, long count) {
			confirmed(Topic.Kind.SHARD, channel, PubSubLink.this.observer::subscribed);
		}

		@Override
		public void unsubscribed(String channel, long count) {
			confirmed(Topic.Kind.CHANNEL, channel, PubSubLink.this.observer::unsubscribed);
		}

		@Override
		public void punsubscribed(String pattern, long count) {
			confirmed(Topic.Kind.PATTERN, pattern, PubSubLink.this.observer::unsubscribed);
		}

		@Override
		public void sunsubscribed(String channel, long count) {
			confirmed(Topic.Kind.SHARD, channel, PubSubLink.this.observer::unsubscribed);
		}

		private void confirmed(Topic.Kind kind, String name, BiConsumer<PubSubLink, Topic> confirmation) {
			heard();
			confirmation.accept(PubSubLink.this, new Topic(kind, name));
		}

	}

}
