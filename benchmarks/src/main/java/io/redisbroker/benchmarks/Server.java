package io.redisbroker.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.api.StatefulRedisConnection;

/**
 * The measured Redis, on a connection of the harness. Creates the messages.
 */
final class Server implements AutoCloseable {

	/** The number of messages that one call creates. */
	static final int CHUNK = 500;

	private final RedisURI uri;

	private final RedisClient client;

	private final StatefulRedisConnection<String, String> connection;

	private final String fill;

	private final String head;

	private final String tail;

	Server(int port, int payload) {
		this.uri = RedisURI.builder().withHost("127.0.0.1").withPort(port).withTimeout(Duration.ofMinutes(5)).build();
		this.client = RedisClient.create(this.uri);
		this.connection = this.client.connect();
		this.fill = this.connection.sync().scriptLoad(script("fill.lua"));
		String[] parts = Order.JSON.writeValueAsString(Order.of(1234567, payload)).split("1234567");
		this.head = parts[0];
		this.tail = parts[1];
	}

	static String script(String name) {
		try (InputStream script = Objects.requireNonNull(Server.class.getResourceAsStream(name), name)) {
			return new String(script.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	RedisURI uri() {
		return RedisURI.builder(this.uri).withTimeout(Duration.ofSeconds(60)).build();
	}

	/**
	 * Fills a source with messages whose ids count from 0, one chunk for each of its keys
	 * in turn.
	 */
	void fill(Source source, long messages) throws Exception {
		List<String> keys = source.names();
		if (source.kind() == Source.Kind.STREAM) {
			for (String key : keys) {
				this.connection.sync()
					.xgroupCreate(StreamOffset.from(key, "0"), Source.GROUP, XGroupCreateArgs.Builder.mkstream());
			}
		}
		long piece = Math.max(1, Math.min(CHUNK, messages / keys.size()));
		List<RedisFuture<Long>> replies = new ArrayList<>();
		for (long from = 0; from < messages; from += piece) {
			String key = keys.get((int) (from / piece % keys.size()));
			replies.add(add(source, key, from, Math.min(messages, from + piece)));
			if (replies.size() == 100) {
				await(replies);
			}
		}
		await(replies);
	}

	private static void await(List<RedisFuture<Long>> replies) throws Exception {
		for (RedisFuture<Long> reply : replies) {
			reply.get();
		}
		replies.clear();
	}

	/** Adds messages, from the first id to before the last. */
	RedisFuture<Long> add(Source source, long from, long to) {
		return add(source, source.name(), from, to);
	}

	private RedisFuture<Long> add(Source source, String key, long from, long to) {
		return this.connection.async()
			.evalsha(this.fill, ScriptOutputType.INTEGER, new String[] { key }, source.command(), String.valueOf(from),
					String.valueOf(to - 1), this.head, this.tail);
	}

	/** Adds one message as a client does, without a script. */
	void addPlainly(Source source, long id) {
		String payload = payload(id);
		switch (source.kind()) {
			case STREAM -> this.connection.async().xadd(source.name(), "payload", payload);
			case QUEUE, QUEUE_AT_MOST_ONCE -> this.connection.async().lpush(source.name(), payload);
			case CHANNEL -> this.connection.async().publish(source.name(), payload);
		}
	}

	String payload(long id) {
		return this.head + id + this.tail;
	}

	StatefulRedisConnection<String, String> connection() {
		return this.connection;
	}

	/** The number of entries of the group that are not acknowledged. */
	long pending(Source streams) {
		return streams.names()
			.stream()
			.mapToLong((stream) -> this.connection.sync().xpending(stream, Source.GROUP).getCount())
			.sum();
	}

	long length(String key, boolean stream) {
		return stream ? this.connection.sync().xlen(key) : this.connection.sync().llen(key);
	}

	void flush() {
		this.connection.sync().flushall();
	}

	/** CPU time that Redis has used. */
	Duration cpuTime() {
		double seconds = 0;
		for (String line : this.connection.sync().info("cpu").split("\r\n")) {
			if (line.startsWith("used_cpu_sys:") || line.startsWith("used_cpu_user:")) {
				seconds += Double.parseDouble(line.substring(line.indexOf(':') + 1));
			}
		}
		return Duration.ofNanos((long) (seconds * 1e9));
	}

	/** The ids of all connections. */
	Set<String> clients() {
		return this.connection.sync()
			.clientList()
			.lines()
			.map((line) -> line.substring(0, line.indexOf(' ')))
			.collect(Collectors.toCollection(HashSet::new));
	}

	@Override
	public void close() {
		this.client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
	}

}
