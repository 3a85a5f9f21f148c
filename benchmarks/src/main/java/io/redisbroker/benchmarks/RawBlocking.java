package io.redisbroker.benchmarks;

import java.util.List;
import java.util.function.Consumer;

import io.lettuce.core.LMoveArgs;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.api.StatefulRedisConnection;

/**
 * The shortest way of a message: a thread blocks in Redis, handles each message and
 * settles it without waiting. A message of a queue is leased first, so that other
 * consumers know when to reclaim it, or only moved to another list.
 */
final class RawBlocking extends RawLettuce {

	private static final long WAIT_SECONDS = 2;

	private final boolean leasing;

	RawBlocking(RedisURI uri) {
		this(uri, true);
	}

	private RawBlocking(RedisURI uri, boolean leasing) {
		super(uri);
		this.leasing = leasing;
	}

	static RawBlocking withoutLeases(RedisURI uri) {
		return new RawBlocking(uri, false);
	}

	@Override
	public AutoCloseable listen(Source source, Consumer<Order> handler) throws Exception {
		return switch (source.kind()) {
			case STREAM -> stream(source.name(), handler);
			case QUEUE -> this.leasing ? leased(source.name(), handler) : moved(source.name(), handler);
			case CHANNEL, QUEUE_AT_MOST_ONCE -> super.listen(source, handler);
		};
	}

	private AutoCloseable stream(String stream, Consumer<Order> handler) {
		StatefulRedisConnection<String, byte[]> reading = client().connect(CODEC);
		return Loop.start(() -> {
			List<StreamMessage<String, byte[]>> entries = read(reading, List.of(stream), WAIT_SECONDS * 1000).get();
			for (StreamMessage<String, byte[]> entry : entries) {
				handler.accept(decode(entry));
				sending().async().xack(stream, Source.GROUP, entry.getId());
			}
		}, reading);
	}

	/** One round trip: the script is in Redis before the blocking command ends. */
	private AutoCloseable leased(String queue, Consumer<Order> handler) {
		StatefulRedisConnection<String, byte[]> reading = client().connect(CODEC);
		String lease = reading.sync().scriptLoad(Server.script("lease.lua"));
		String claimed = claimed(queue);
		String[] keys = { claimed, messages(queue), leases(queue) };
		return Loop.start(() -> {
			reading.async().blmove(queue, claimed, LMoveArgs.Builder.rightLeft(), WAIT_SECONDS);
			List<byte[]> leased = reading.async()
				.<List<byte[]>>evalsha(lease, ScriptOutputType.MULTI, keys, bytes(READ), bytes(60_000))
				.get();
			handleLeased(leased, handler, sending(), keys);
		}, reading);
	}

	private static String claimed(String queue) {
		return "{" + queue + "}:raw-claimed";
	}

	private AutoCloseable moved(String queue, Consumer<Order> handler) {
		StatefulRedisConnection<String, byte[]> reading = client().connect(CODEC);
		String claimed = claimed(queue);
		return Loop.start(() -> {
			byte[] payload = reading.sync().blmove(queue, claimed, LMoveArgs.Builder.rightLeft(), WAIT_SECONDS);
			if (payload != null) {
				handler.accept(decode(payload));
				sending().async().lrem(claimed, -1, payload);
			}
		}, reading);
	}

}
