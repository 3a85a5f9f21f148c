package io.redisbroker.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import io.lettuce.core.RedisURI;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RBatch;
import org.redisson.api.RBlockingQueue;
import org.redisson.api.RFuture;
import org.redisson.api.RList;
import org.redisson.api.RStream;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.api.stream.StreamAddArgs;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.api.stream.StreamReadGroupArgs;
import org.redisson.client.codec.StringCodec;
import org.redisson.codec.CompositeCodec;
import org.redisson.codec.TypedJsonJackson3Codec;
import org.redisson.config.Config;

/**
 * Redisson. Plain: as its documentation shows, with one message at a time where the
 * documentation does so. Tuned: the next read is under way while messages are handled,
 * with 256 messages at a time where possible, and acknowledgements are not waited for.
 */
final class RedissonContestant implements Contestant {

	private static final int BATCH = 256;

	private static final Duration WAIT = Duration.ofSeconds(1);

	private static final TypedJsonJackson3Codec JSON = new TypedJsonJackson3Codec(Order.class);

	private static final CompositeCodec FIELDS = new CompositeCodec(StringCodec.INSTANCE,
			new TypedJsonJackson3Codec(Order.class, String.class, Order.class));

	private final RedissonClient client;

	private final boolean tuned;

	RedissonContestant(RedisURI uri) {
		this(uri, false);
	}

	static RedissonContestant tuned(RedisURI uri) {
		return new RedissonContestant(uri, true);
	}

	private RedissonContestant(RedisURI uri, boolean tuned) {
		Config config = new Config();
		config.useSingleServer().setAddress("redis://" + uri.getHost() + ":" + uri.getPort());
		this.client = Redisson.create(config);
		this.tuned = tuned;
	}

	@Override
	public AutoCloseable listen(Source source, Consumer<Order> handler) {
		return switch (source.kind()) {
			case STREAM -> stream(source.name(), handler);
			case QUEUE -> queue(source.name(), handler);
			case QUEUE_AT_MOST_ONCE -> queueAtMostOnce(this.client.getBlockingQueue(source.name(), JSON), handler);
			case CHANNEL -> channel(this.client.getTopic(source.name(), JSON), handler);
		};
	}

	private AutoCloseable stream(String name, Consumer<Order> handler) {
		Waiting<Map<StreamMessageId, Map<String, Order>>> waiting = new Waiting<>();
		return Loop.start(new StreamStep(this.client.getStream(name, FIELDS), this.tuned, handler, waiting), waiting);
	}

	/**
	 * Moves each message to a second list, and removes it from there. The reliable queues
	 * of Redisson are not free of charge.
	 */
	private AutoCloseable queue(String name, Consumer<Order> handler) {
		RBlockingQueue<Order> queue = this.client.getBlockingQueue(name, JSON);
		RList<Order> running = running(name);
		Waiting<@Nullable Order> waiting = new Waiting<>();
		Runnable move = () -> waiting
			.start(queue.pollLastAndOfferFirstToAsync(running.getName(), WAIT.toSeconds(), TimeUnit.SECONDS));
		return Loop.start(() -> {
			if (!waiting.isStarted()) {
				move.run();
			}
			Order order = waiting.await();
			if (this.tuned) {
				move.run();
			}
			if (order != null) {
				handler.accept(order);
				RFuture<Boolean> removed = running.removeAsync(order);
				if (!this.tuned) {
					removed.get();
				}
			}
		}, waiting);
	}

	private RList<Order> running(String queue) {
		return this.client.getList("{" + queue + "}:redisson-running", JSON);
	}

	private AutoCloseable queueAtMostOnce(RBlockingQueue<Order> queue, Consumer<Order> handler) {
		if (this.tuned) {
			return queueAhead(queue, handler);
		}
		Waiting<@Nullable Order> waiting = new Waiting<>();
		return Loop.start(() -> {
			waiting.start(queue.pollAsync(WAIT.toSeconds(), TimeUnit.SECONDS));
			Order order = waiting.await();
			if (order != null) {
				handler.accept(order);
			}
		}, waiting);
	}

	private static AutoCloseable queueAhead(RBlockingQueue<Order> queue, Consumer<Order> handler) {
		Waiting<List<Order>> waiting = new Waiting<>();
		return Loop.start(() -> {
			if (!waiting.isStarted()) {
				waiting.start(queue.pollAsync(BATCH));
			}
			List<Order> orders = waiting.await();
			if (orders.isEmpty()) {
				// the measurement is over
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
				return;
			}
			waiting.start(queue.pollAsync(BATCH));
			orders.forEach(handler);
		}, waiting);
	}

	private static AutoCloseable channel(RTopic topic, Consumer<Order> handler) {
		int id = topic.addListener(Order.class, (channel, order) -> handler.accept(order));
		return () -> topic.removeListener(id);
	}

	@Override
	public long unsettled(Source source, Server server) {
		return (source.kind() == Source.Kind.QUEUE) ? running(source.name()).size()
				: Contestant.super.unsettled(source, server);
	}

	@Override
	public void send(Sending way, String key, List<Order> orders) throws Exception {
		switch (way) {
			case ONE_BY_ONE -> orders.forEach(this.client.getQueue(key, JSON)::add);
			case ASYNC -> {
				List<RFuture<Boolean>> replies = orders.stream()
					.map(this.client.<Order>getQueue(key, JSON)::addAsync)
					.toList();
				for (RFuture<Boolean> reply : replies) {
					reply.get();
				}
			}
			case BULK_TO_LIST -> this.client.<Order>getQueue(key, JSON).addAll(orders);
			case BULK_TO_STREAM -> {
				RBatch batch = this.client.createBatch();
				var stream = batch.<String, Order>getStream(key, FIELDS);
				orders.forEach((order) -> stream.addAsync(StreamAddArgs.entry("payload", order)));
				batch.execute();
			}
		}
	}

	@Override
	public void close() {
		this.client.shutdown();
	}

	/**
	 * A command that blocks in Redis. It goes on when its thread is interrupted, and
	 * would take messages of the next round, so closing waits for it.
	 */
	private static final class Waiting<T extends @Nullable Object> implements AutoCloseable {

		private volatile @Nullable RFuture<T> reply;

		void start(RFuture<T> reply) {
			this.reply = reply;
		}

		boolean isStarted() {
			return this.reply != null;
		}

		T await() throws Exception {
			T result = Objects.requireNonNull(this.reply).get();
			this.reply = null;
			return result;
		}

		@Override
		public void close() throws Exception {
			RFuture<T> last = this.reply;
			if (last != null) {
				Loop.await(last);
			}
		}

	}

	/** Reads, handles, acknowledges. */
	private static final class StreamStep implements Loop.Step {

		private final RStream<String, Order> stream;

		private final boolean ahead;

		private final Consumer<Order> handler;

		private final Waiting<Map<StreamMessageId, Map<String, Order>>> waiting;

		StreamStep(RStream<String, Order> stream, boolean ahead, Consumer<Order> handler,
				Waiting<Map<StreamMessageId, Map<String, Order>>> waiting) {
			this.stream = stream;
			this.ahead = ahead;
			this.handler = handler;
			this.waiting = waiting;
		}

		@Override
		public void run() throws Exception {
			if (!this.waiting.isStarted()) {
				read();
			}
			Map<StreamMessageId, Map<String, Order>> entries = this.waiting.await();
			if (this.ahead) {
				read();
			}
			List<StreamMessageId> ids = new ArrayList<>(entries.size());
			entries.forEach((id, fields) -> {
				this.handler.accept(fields.get("payload"));
				ids.add(id);
			});
			if (this.ahead && !ids.isEmpty()) {
				this.stream.ackAsync(Source.GROUP, ids.toArray(StreamMessageId[]::new));
			}
			else {
				ids.forEach((id) -> this.stream.ack(Source.GROUP, id));
			}
		}

		private void read() {
			this.waiting.start(this.stream.readGroupAsync(Source.GROUP, "redisson",
					StreamReadGroupArgs.neverDelivered().count(this.ahead ? BATCH : 10).timeout(WAIT)));
		}

	}

}
