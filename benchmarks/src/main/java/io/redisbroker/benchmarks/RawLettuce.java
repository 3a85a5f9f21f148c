package io.redisbroker.benchmarks;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectReader;

/**
 * The reference for all others: loops that do only the measured work. They ask for the
 * next messages before they handle the last ones, and settle many with one command. They
 * do not retry, reclaim or reconnect.
 */
class RawLettuce implements Contestant {

	static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

	static final ObjectReader READER = Order.JSON.readerFor(Order.class);

	static final int READ = 256;

	/** The least number of messages to read from each of many streams. */
	private static final int LEAST = 16;

	private final RedisURI uri;

	private final RedisClient client;

	private final boolean pipelined;

	private final StatefulRedisConnection<String, byte[]> sending;

	RawLettuce(RedisURI uri) {
		this(uri, false);
	}

	/** A contestant that sends in bulk with one command for each message, pipelined. */
	static RawLettuce pipelined(RedisURI uri) {
		return new RawLettuce(uri, true);
	}

	private RawLettuce(RedisURI uri, boolean pipelined) {
		this.uri = uri;
		this.client = RedisClient.create(uri);
		this.pipelined = pipelined;
		this.sending = this.client.connect(CODEC);
	}

	RedisClient client() {
		return this.client;
	}

	/** The connection for all commands that do not block. */
	StatefulRedisConnection<String, byte[]> sending() {
		return this.sending;
	}

	static Order decode(StreamMessage<String, byte[]> entry) {
		return decode(Objects.requireNonNull(entry.getBody().get("payload")));
	}

	static Order decode(byte[] payload) {
		return READER.readValue(payload);
	}

	@Override
	public AutoCloseable listen(Source source, Consumer<Order> handler) throws Exception {
		return switch (source.kind()) {
			case STREAM -> stream(source.names(), handler);
			case QUEUE -> queue(source.name(), handler);
			case QUEUE_AT_MOST_ONCE -> queueAtMostOnce(source.name(), handler);
			case CHANNEL -> channel(source.name(), handler);
		};
	}

	private AutoCloseable stream(List<String> streams, Consumer<Order> handler) {
		StatefulRedisConnection<String, byte[]> reading = this.client.connect(CODEC);
		StatefulRedisConnection<String, byte[]> settling = this.client.connect(CODEC);
		return loop(() -> read(reading, streams, 2000), (List<StreamMessage<String, byte[]>> entries) -> {
			String[] ids = new String[entries.size()];
			int acknowledged = 0;
			for (int i = 0; i < ids.length; i++) {
				handler.accept(decode(entries.get(i)));
				ids[i] = entries.get(i).getId();
				String stream = entries.get(i).getStream();
				if (i + 1 == ids.length || !stream.equals(entries.get(i + 1).getStream())) {
					settling.async().xack(stream, Source.GROUP, Arrays.copyOfRange(ids, acknowledged, i + 1));
					acknowledged = i + 1;
				}
			}
		}, reading, settling);
	}

	/** The varargs of Lettuce are generic, so the compiler can't check them. */
	@SuppressWarnings("unchecked")
	static RedisFuture<List<StreamMessage<String, byte[]>>> read(StatefulRedisConnection<String, byte[]> connection,
			List<String> streams, long waitMillis) {
		return connection.async()
			.xreadgroup(
					io.lettuce.core.Consumer.from(Source.GROUP,
							"raw-" + Integer.toHexString(System.identityHashCode(connection))),
					XReadArgs.Builder.count(Math.max(LEAST, READ / streams.size())).block(waitMillis),
					streams.stream().map(XReadArgs.StreamOffset::lastConsumed).toArray(XReadArgs.StreamOffset[]::new));
	}

	private AutoCloseable queue(String queue, Consumer<Order> handler) {
		StatefulRedisConnection<String, byte[]> reading = this.client.connect(CODEC);
		StatefulRedisConnection<String, byte[]> settling = this.client.connect(CODEC);
		String lease = reading.sync().scriptLoad(Server.script("lease.lua"));
		String[] keys = { queue, messages(queue), leases(queue) };
		return loop(
				() -> reading.async()
					.<List<byte[]>>evalsha(lease, ScriptOutputType.MULTI, keys, bytes(READ), bytes(60_000)),
				(List<byte[]> leased) -> handleLeased(leased, handler, settling, keys), reading, settling);
	}

	/**
	 * Handles the messages that the lease script returns, and ends the leases without
	 * waiting.
	 */
	static void handleLeased(List<byte[]> idsAndPayloads, Consumer<Order> handler,
			StatefulRedisConnection<String, byte[]> settling, String[] keys) {
		if (idsAndPayloads.isEmpty()) {
			return;
		}
		String[] ids = new String[idsAndPayloads.size() / 2];
		byte[][] members = new byte[ids.length][];
		for (int i = 0; i < ids.length; i++) {
			handler.accept(decode(idsAndPayloads.get(2 * i + 1)));
			members[i] = idsAndPayloads.get(2 * i);
			ids[i] = new String(members[i], StandardCharsets.US_ASCII);
		}
		settling.async().zrem(keys[2], members);
		settling.async().hdel(keys[1], ids);
	}

	private AutoCloseable queueAtMostOnce(String queue, Consumer<Order> handler) {
		StatefulRedisConnection<String, byte[]> reading = this.client.connect(CODEC);
		return loop(() -> reading.async().rpop(queue, READ), (List<byte[]> payloads) -> {
			for (byte[] payload : payloads) {
				handler.accept(decode(payload));
			}
		}, reading);
	}

	private AutoCloseable channel(String channel, Consumer<Order> handler) {
		StatefulRedisPubSubConnection<String, byte[]> reading = this.client.connectPubSub(CODEC);
		reading.addListener(new RedisPubSubAdapter<>() {
			@Override
			public void message(String channel, byte[] payload) {
				handler.accept(decode(payload));
			}
		});
		reading.sync().subscribe(channel);
		return reading;
	}

	/** Reads ahead by one reply. */
	private static <T> AutoCloseable loop(Read<T> read, Consumer<List<T>> work,
			StatefulRedisConnection<?, ?>... connections) {
		return Loop.start(new ReadAhead<>(read, work), connections);
	}

	static byte[] bytes(int number) {
		return String.valueOf(number).getBytes(StandardCharsets.US_ASCII);
	}

	static String messages(String queue) {
		return "{" + queue + "}:raw-messages";
	}

	static String leases(String queue) {
		return "{" + queue + "}:raw-leases";
	}

	@Override
	public Contestant another() {
		return new RawLettuce(this.uri, this.pipelined);
	}

	@Override
	public long unsettled(Source source, Server server) {
		return (source.kind() == Source.Kind.QUEUE) ? server.connection().sync().hlen(messages(source.name()))
				: Contestant.super.unsettled(source, server);
	}

	@Override
	public void send(Sending way, String key, List<Order> orders) throws Exception {
		switch (way) {
			case ONE_BY_ONE -> orders.forEach((order) -> this.sending.sync().lpush(key, encode(order)));
			case ASYNC ->
				awaitAll(orders.stream().map((order) -> this.sending.async().lpush(key, encode(order))).toList());
			case BULK_TO_LIST -> toList(key, orders);
			case BULK_TO_STREAM ->
				pipeline(orders, (order) -> this.sending.async().xadd(key, "payload", encode(order)));
		}
	}

	private void toList(String key, List<Order> orders) throws Exception {
		if (this.pipelined) {
			pipeline(orders, (order) -> this.sending.async().lpush(key, encode(order)));
		}
		else {
			this.sending.sync().lpush(key, orders.stream().map(RawLettuce::encode).toArray(byte[][]::new));
		}
	}

	private void pipeline(List<Order> orders, Function<Order, RedisFuture<?>> command) throws Exception {
		this.sending.setAutoFlushCommands(false);
		List<RedisFuture<?>> replies = new ArrayList<>(orders.size());
		for (Order order : orders) {
			replies.add(command.apply(order));
			if (replies.size() % 1_000 == 0) {
				this.sending.flushCommands();
			}
		}
		this.sending.flushCommands();
		awaitAll(replies);
		this.sending.setAutoFlushCommands(true);
	}

	private static void awaitAll(List<? extends RedisFuture<?>> replies) throws Exception {
		for (RedisFuture<?> reply : replies) {
			reply.get();
		}
	}

	private static byte[] encode(Order order) {
		return Order.JSON.writeValueAsBytes(order);
	}

	@Override
	public void close() {
		this.client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
	}

	/** Asks Redis for messages. */
	private interface Read<T> {

		RedisFuture<List<T>> start();

	}

	private static final class ReadAhead<T> implements Loop.Step {

		private final Read<T> read;

		private final Consumer<List<T>> work;

		private @Nullable RedisFuture<List<T>> next;

		ReadAhead(Read<T> read, Consumer<List<T>> work) {
			this.read = read;
			this.work = work;
		}

		@Override
		public void run() throws Exception {
			RedisFuture<List<T>> reply = (this.next != null) ? this.next : this.read.start();
			List<T> messages = reply.get();
			if (messages.isEmpty()) {
				// the measurement is over
				this.next = null;
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
				return;
			}
			this.next = this.read.start();
			this.work.accept(messages);
		}

	}

}
